import { decimal, definePerpetualConnector, one, readTime, toText, toUtf8 } from '../../src/index.js';
import type {
  AccountEvent,
  BookUpdate,
  Fill,
  Frame,
  LevelText,
  OrderReport,
  OrderStatus,
  PerpetualSpec,
  Stream,
} from '../../src/index.js';
import { at, text } from './support/read.js';
import { common, flat, idle, rules, unwatched, type Key } from './support/spec.js';

/** How many blocks a short-term order may last at most: https://docs.dydx.exchange/api_integration-trading/short_term_vs_stateful */
const shortTermBlocks = 20;

/** The order of the venue's messages on a connection, from `connected`, which is 0, on. */
const protocol: Pick<Stream<never, never, object>, 'acks' | 'frame' | 'silentMs'> = {
  acks: 'none',
  frame: toFrame,
  silentMs: 60_000,
};

type Wire = { readonly clobPairId: string };

/** dYdX v4: an order is bytes that bind it to a height, known by an integer before they leave; its indexer tells what came of it. */
export const dydx: PerpetualSpec<object, Key, Wire> = definePerpetualConnector({
  ...common,
  specVersion: 'perpetual/1',
  id: 'dydx_v4_perpetual',
  docs: 'https://docs.dydx.exchange',
  environments: {
    live: {
      rest: 'https://indexer.dydx.trade',
      node: 'https://dydx-ops-rpc.kingnodes.com',
      stream: 'wss://indexer.dydx.trade/v4/ws',
    },
  },
  fetchHeight: ({ call }) => call({ at: 'GET /v4/height' }, {}, (json) => Number(text(json, 'height'))),
  orders: { ...rules, clientId: { form: 'integer', bits: 32, unique: 'among-open', echoed: false } },
  market: {
    ...unwatched,
    fetchMarkets: () =>
      Promise.resolve(
        [
          ['BTC', '0'],
          ['ETH', '1'],
        ].map(([base = '', clobPairId = '']) => ({
          ...{ pair: `${base}-USD`, symbol: `${base}-USD`, base, quote: 'USD', settle: 'USDC' },
          ...{ shape: 'linear', status: 'trading', contractSize: one },
          price: { step: decimal('0.01') },
          amount: { step: decimal('0.0001'), min: decimal('0.0001') },
          wire: { clobPairId },
        })),
      ),
    topic: (channel, { symbol }) => (channel === 'book' ? { stream: 'public', topic: symbol } : undefined),
    feed: {
      streams: {
        public: {
          ...protocol,
          url: ({ host }) => host('stream'),
          subscribe: (_, topics) => topics.map((id) => ({ type: 'subscribe', channel: 'v4_orderbook', id })),
          unsubscribe: (_, topics) => topics.map((id) => ({ type: 'unsubscribe', channel: 'v4_orderbook', id })),
          parse: (payload) => (at(payload, 'channel') === 'v4_orderbook' ? [toBook(payload)] : []),
        },
      },
    },
  },
  trading: {
    ...idle,
    prepare: ({ height, crypto, credentials }, { market, request, clientOrderId, amount, price }) => {
      const goodTilBlock = (height() ?? 0) + shortTermBlocks;
      const terms = { clientId: clientOrderId, clobPairId: market.wire.clobPairId, goodTilBlock };
      const order = JSON.stringify({ ...terms, side: request.side, size: amount.toFixed(), price: price?.toFixed() });
      const signature = crypto.hmac('sha256', credentials.secret, order);
      return Promise.resolve({ orderId: clientOrderId, bytes: toUtf8(`${order}${signature.length}`) });
    },
    place: ({ call }, { market, clientOrderId }, bytes = new Uint8Array()) =>
      call({ at: 'POST /broadcast_tx_sync', host: 'node', lane: 'order' }, { tx: toText(bytes) }, () => ({
        ...{ type: 'order', symbol: market.symbol, clientOrderId, status: 'open' },
      })),
    feed: {
      topics: () => [{ stream: 'account', topic: 'v4_subaccounts' }],
      streams: {
        account: {
          ...protocol,
          url: ({ host }) => host('stream'),
          subscribe: (_, topics) => topics.map((channel) => ({ type: 'subscribe', channel, id: 'dydx1/0' })),
          parse: toAccountEvents,
        },
      },
    },
  },
  positions: flat,
});

function toFrame(message: unknown): Frame {
  const sequence = Number(text(message, 'message_id'));
  return at(message, 'contents') === undefined
    ? { type: 'ignore', sequence }
    : { type: 'data', payload: message, sequence };
}

/** Levels are objects in a snapshot, `{ "price": "28194", "size": "4.7" }`, and lists in an update: `["27773", "1.9"]`. */
function toBook(json: unknown): BookUpdate {
  const snapshot = text(json, 'type') === 'subscribed';
  const side = (name: string): readonly LevelText[] => {
    const levels = at(json, 'contents', name);
    if (!Array.isArray(levels)) return [];
    return levels.map((level) =>
      snapshot ? [text(level, 'price'), text(level, 'size')] : [text(level, 0), text(level, 1)],
    );
  };
  return {
    type: 'book',
    symbol: text(json, 'id'),
    snapshot,
    sequence: { by: 'connection' },
    bids: side('bids'),
    asks: side('asks'),
  };
}

/** An order that is cancelled as well as can be may still fill: it is open until the chain has it. */
const statuses: Readonly<Record<string, OrderStatus>> = {
  OPEN: 'open',
  BEST_EFFORT_OPENED: 'open',
  BEST_EFFORT_CANCELED: 'open',
  UNTRIGGERED: 'open',
  FILLED: 'filled',
  CANCELED: 'canceled',
};

function toAccountEvents(json: unknown): readonly AccountEvent[] {
  const [orders, fills] = [at(json, 'contents', 'orders'), at(json, 'contents', 'fills')];
  return [...(Array.isArray(fills) ? fills.map(toFill) : []), ...(Array.isArray(orders) ? orders.map(toReport) : [])];
}

/** Our integer comes back as `clientId`, where it comes at all. */
function toReport(json: unknown): OrderReport {
  const status = statuses[text(json, 'status')];
  if (status === undefined) throw new RangeError(`no order status ${text(json, 'status')}`);
  const clientId = at(json, 'clientId');
  return {
    type: 'order',
    symbol: text(json, 'ticker'),
    ...(typeof clientId === 'string' && { orderId: clientId, clientOrderId: clientId }),
    status,
    filled: decimal(text(json, 'totalFilled')),
    terms: {
      side: text(json, 'side') === 'BUY' ? 'buy' : 'sell',
      amount: decimal(text(json, 'size')),
      price: decimal(text(json, 'price')),
    },
  };
}

function toFill(json: unknown): Fill {
  const clientId = at(json, 'clientId');
  return {
    type: 'fill',
    symbol: text(json, 'ticker'),
    fillId: text(json, 'id'),
    ...(typeof clientId === 'string' && { orderId: clientId, clientOrderId: clientId }),
    side: text(json, 'side') === 'BUY' ? 'buy' : 'sell',
    price: decimal(text(json, 'price')),
    amount: decimal(text(json, 'size')),
    at: readTime(text(json, 'createdAt')),
    fees: [],
    liquidity: text(json, 'liquidity') === 'MAKER' ? 'maker' : 'taker',
  };
}
