import { decimal, defineSpotConnector, one, readTime, toHex } from '../../src/index.js';
import type {
  AccountEvent,
  BookUpdate,
  Fill,
  Frame,
  LevelText,
  Market,
  OrderStatus,
  SpotSpec,
  Stream,
} from '../../src/index.js';
import { at, list, text } from './support/read.js';
import { common, idle, rules, unwatched, type Key } from './support/spec.js';

const signed = { signed: true } as const;

/** Every message is numbered over its connection, those of channels that are not used and the acks as well. */
const protocol: Pick<Stream<never, never, object>, 'acks' | 'frame' | 'silentMs'> = {
  acks: 'none',
  frame: toFrame,
  silentMs: 30_000,
};

/** Coinbase Advanced: one sequence over all channels of a connection, a token in every subscription, orders told cumulatively. */
export const coinbase: SpotSpec<object, Key, undefined> = defineSpotConnector({
  ...common,
  specVersion: 'spot/1',
  id: 'coinbase_advanced_trade',
  docs: 'https://docs.cdp.coinbase.com/coinbase-app/advanced-trade-apis/websocket/websocket-overview',
  environments: {
    live: {
      rest: 'https://api.coinbase.com',
      public: 'wss://advanced-trade-ws.coinbase.com',
      account: 'wss://advanced-trade-ws-user.coinbase.com',
    },
  },
  orders: rules,
  market: {
    ...unwatched,
    fetchMarkets: () => Promise.resolve(['BTC-USD', 'ETH-USD'].map(toMarket)),
    topic: (channel, { symbol }) => (channel === 'book' ? { stream: 'public', topic: symbol } : undefined),
    feed: {
      streams: {
        public: {
          ...protocol,
          url: ({ host }) => host('public'),
          subscribe: (_, topics) => [{ type: 'subscribe', channel: 'level2', product_ids: topics }],
          unsubscribe: (_, topics) => [{ type: 'unsubscribe', channel: 'level2', product_ids: topics }],
          parse: (payload) => list(payload, 'events').map(toBook),
        },
      },
    },
  },
  trading: {
    ...idle,
    place: ({ call }, { market, request, clientOrderId, amount, price }) => {
      const limit = { base_size: amount.toFixed(), limit_price: price?.toFixed(), post_only: false };
      const params = { client_order_id: clientOrderId, product_id: market.symbol, side: request.side.toUpperCase() };
      return call(
        { at: 'POST /api/v3/brokerage/orders', lane: 'order', ...signed },
        { ...params, order_configuration: { limit_limit_gtc: limit } },
        (json) => ({
          ...{ type: 'order', symbol: market.symbol, clientOrderId, status: 'open' },
          orderId: text(json, 'success_response', 'order_id'),
        }),
      );
    },
    fetchFills: ({ call }, { orderId }) =>
      call({ at: 'GET /api/v3/brokerage/orders/historical/fills', ...signed }, { order_ids: orderId }, (json) => ({
        fills: list(json, 'fills').map(toFill),
      })),
    feed: {
      topics: () => [{ stream: 'account', topic: 'user' }],
      streams: {
        account: {
          ...protocol,
          url: ({ host }) => host('account'),
          subscribe: (p) => [
            { type: 'subscribe', channel: 'user', jwt: toHex(p.crypto.hmac('sha256', p.credentials.secret, 'user')) },
          ],
          parse: (payload) => list(payload, 'events').flatMap((event) => list(event, 'orders').map(toReport)),
        },
      },
    },
  },
});

function toFrame(message: unknown): Frame {
  const sequence = Number(text(message, 'sequence_num'));
  const channel = at(message, 'channel');
  if (channel !== 'l2_data' && channel !== 'user') return { type: 'ignore', sequence };
  return { type: 'data', payload: message, sequence };
}

/** `new_quantity` takes the place of what was there; zero deletes. */
function toBook(json: unknown): BookUpdate {
  const side = (name: string): readonly LevelText[] =>
    list(json, 'updates')
      .filter((level) => text(level, 'side') === name)
      .map((level) => [text(level, 'price_level'), text(level, 'new_quantity')]);
  return {
    type: 'book',
    symbol: text(json, 'product_id'),
    snapshot: text(json, 'type') === 'snapshot',
    sequence: { by: 'connection' },
    bids: side('bid'),
    asks: side('offer'),
  };
}

const statuses: Readonly<Record<string, OrderStatus>> = {
  PENDING: 'open',
  OPEN: 'open',
  CANCEL_QUEUED: 'open',
  FILLED: 'filled',
  CANCELLED: 'canceled',
  EXPIRED: 'expired',
  FAILED: 'rejected',
};

/** Cumulative: the fills behind it are asked for. */
function toReport(json: unknown): AccountEvent {
  const status = statuses[text(json, 'status')];
  if (status === undefined) throw new RangeError(`no order status ${text(json, 'status')}`);
  return {
    type: 'order',
    symbol: text(json, 'product_id'),
    orderId: text(json, 'order_id'),
    clientOrderId: text(json, 'client_order_id'),
    status,
    filled: decimal(text(json, 'cumulative_quantity')),
    filledQuote: decimal(text(json, 'filled_value')),
    fees: [{ asset: 'USD', amount: decimal(text(json, 'total_fees')) }],
  };
}

function toFill(json: unknown): Fill {
  return {
    type: 'fill',
    symbol: text(json, 'product_id'),
    fillId: text(json, 'trade_id'),
    orderId: text(json, 'order_id'),
    side: text(json, 'side') === 'BUY' ? 'buy' : 'sell',
    price: decimal(text(json, 'price')),
    amount: decimal(text(json, 'size')),
    at: readTime(text(json, 'trade_time')),
    fees: [{ asset: 'USD', amount: decimal(text(json, 'commission')) }],
    liquidity: text(json, 'liquidity_indicator') === 'MAKER' ? 'maker' : 'taker',
  };
}

function toMarket(symbol: string): Market<undefined> {
  const [base = '', quote = ''] = symbol.split('-');
  return {
    ...{ pair: symbol, symbol, base, quote, settle: quote, shape: 'spot', status: 'trading', contractSize: one },
    price: { step: decimal('0.01') },
    amount: { step: decimal('0.00000001'), min: decimal('0.00000001') },
    wire: undefined,
  };
}
