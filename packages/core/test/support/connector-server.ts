import type { Clock, Http, Ws } from '../../src/ports/ports.js';
import { createMemoryHttp, type Arrived, type Reply } from './connector-http.js';
import { list, member, text } from './connector-venue.js';
import { createVenue, type Peer } from './memory-ws.js';

export type ServerOrder = {
  readonly symbol: string;
  readonly orderId: string;
  readonly clientOrderId: string;
  readonly side: string;
  readonly amount: string;
  readonly price?: string;
  readonly status: string;
  readonly filled: string;
  readonly at: string;
};

type Levels = readonly (readonly [price: string, amount: string])[];

/** The venue's side of the wire, with just enough of a mind of its own. */
export type Server = {
  readonly http: Http;
  readonly ws: Ws;
  readonly requests: readonly Arrived[];
  readonly requestsFor: (what: string) => readonly Arrived[];
  /** Answers the next requests for `what` (`POST /place`) so, each reply once; then the usual way again. */
  readonly next: (
    what: string,
    ...replies: readonly (Reply | ((request: Arrived) => Reply | Promise<Reply>))[]
  ) => void;
  /** Answers all requests for `what` so, until told otherwise. */
  readonly always: (what: string, reply: Reply | undefined) => void;
  readonly markets: Record<string, string>[];
  readonly balances: Map<string, string>;
  readonly orders: ReadonlyMap<string, ServerOrder>;
  /** Puts an order on the book, as another software of this account would. */
  readonly put: (order: Partial<ServerOrder> & { readonly clientOrderId: string }) => ServerOrder;
  /** Changes an order without telling anybody. */
  readonly change: (clientOrderId: string, to: Partial<ServerOrder>) => ServerOrder;
  /** Books a trade of an order without telling anybody; returns it as it is told. */
  readonly trade: (clientOrderId: string, amount: string) => Record<string, string>;
  /** Sends to every connection of a stream. */
  readonly tell: (stream: 'public' | 'account', message: object | string) => void;
  /** Tells an order as it stands. */
  readonly tellOrder: (clientOrderId: string) => void;
  /** Sends a change of a book, numbered on. */
  readonly quote: (symbol: string, change: { readonly bids?: Levels; readonly asks?: Levels }) => void;
  /** Refuses these topics, or logins, by a code. */
  readonly refusals: Map<string, string>;
  readonly peers: (stream: 'public' | 'account') => readonly Peer[];
  /** Breaks every connection of a stream; new ones are let in when `isOpen`. */
  readonly drop: (stream: 'public' | 'account') => void;
  readonly isClosed: Set<string>;
  readonly openPeers: () => number;
};

type Book = { last: number; readonly bids: Map<string, string>; readonly asks: Map<string, string> };

export function createServer(clock: Clock): Server {
  const requests: Arrived[] = [];
  const scripted = new Map<string, (Reply | ((request: Arrived) => Reply | Promise<Reply>))[]>();
  const fixed = new Map<string, Reply>();
  const orders = new Map<string, ServerOrder>();
  const trades: Record<string, string>[] = [];
  const balances = new Map([
    ['USDT', '1000'],
    ['BTC', '1'],
  ]);
  const markets = [marketOf('BTC', 'USDT'), marketOf('ETH', 'USDT')];
  const books = new Map<string, Book>();
  const refusals = new Map<string, string>();
  const isClosed = new Set<string>();
  let lastId = 0;

  const bookOf = (symbol: string): Book => {
    const book = books.get(symbol) ?? { last: 100, bids: new Map([['99.00', '2']]), asks: new Map([['101.00', '2']]) };
    books.set(symbol, book);
    return book;
  };
  const sideOf = (levels: ReadonlyMap<string, string>, sign: number): Levels =>
    [...levels].sort(([one], [other]) => sign * (Number(one) - Number(other)));

  const put: Server['put'] = (order) => {
    lastId += 1;
    const made: ServerOrder = {
      ...{ symbol: 'BTCUSDT', orderId: `v${lastId}`, side: 'buy', amount: '1', price: '90.00' },
      ...{ status: 'open', filled: '0', at: String(clock.now()) },
      ...order,
    };
    orders.set(made.clientOrderId, made);
    return made;
  };
  const find = (clientOrderId: string): ServerOrder => {
    const order = orders.get(clientOrderId);
    if (order === undefined) throw new Error(`the venue has no order ${clientOrderId}`);
    return order;
  };
  const change: Server['change'] = (clientOrderId, to) => {
    const order = find(clientOrderId);
    const changed = { ...order, at: String(clock.now()), ...to };
    orders.set(clientOrderId, changed);
    return changed;
  };

  const place = (params: unknown): object => {
    const price = text(params, 'price', '');
    const made = put({
      symbol: text(params, 'symbol'),
      clientOrderId: text(params, 'clientOrderId'),
      side: text(params, 'side'),
      amount: text(params, 'amount'),
      ...(price !== '' && { price }),
    });
    return { order: made };
  };
  const cancel = (params: unknown): object => {
    const order = orders.get(text(params, 'clientOrderId'));
    if (order?.status !== 'open') return { code: 'no-order' };
    return { order: change(order.clientOrderId, { status: 'canceled' }) };
  };
  const amend = (params: unknown): object => {
    const { clientOrderId, amount, price } = find(text(params, 'clientOrderId'));
    return {
      order: change(clientOrderId, {
        amount: text(params, 'amount', amount),
        price: text(params, 'price', price),
      }),
    };
  };
  const open = (isOpen: boolean): object => ({
    orders: [...orders.values()].filter(({ status }) => (status === 'open') === isOpen),
  });

  const usual: Readonly<Record<string, (params: unknown) => object>> = {
    'GET /time': () => ({ time: String(clock.now()) }),
    'GET /markets': () => ({ markets }),
    'GET /book': (params) => {
      const { last, bids, asks } = bookOf(text(params, 'symbol'));
      return { first: String(last), last: String(last), bids: sideOf(bids, -1), asks: sideOf(asks, 1) };
    },
    'GET /tickers': () => ({
      tickers: [
        { symbol: 'BTCUSDT', last: '100' },
        { symbol: 'NEWUSDT', last: '1' },
      ],
    }),
    'GET /candles': (params) => ({ candles: candles(Number(text(params, 'from')), Number(text(params, 'to'))) }),
    'POST /place': place,
    'POST /place-many': (params) => ({ answers: list(params, 'orders').map(place) }),
    'POST /cancel': cancel,
    'POST /amend': amend,
    'POST /cancel-all': (params) => {
      for (const order of orders.values())
        if (order.status === 'open' && order.symbol === text(params, 'symbol'))
          change(order.clientOrderId, { status: 'canceled' });
      return {};
    },
    'GET /order': (params) => {
      const order = orders.get(text(params, 'clientOrderId'));
      return order === undefined ? { code: 'no-order' } : { order };
    },
    'GET /open-orders': () => open(true),
    'GET /closed-orders': () => open(false),
    'GET /fills': (params) => {
      const orderId = text(params, 'orderId', '');
      return { fills: trades.filter((trade) => orderId === '' || trade['orderId'] === orderId) };
    },
    'GET /balances': () => ({ entries: [...balances].map(([asset, amount]) => ({ asset, amount })) }),
    'GET /fees': () => ({ maker: '0.001', taker: '0.002' }),
    'GET /key': () => ({ trade: 'yes', withdraw: 'no', bound: 'yes' }),
  };

  const answer = (request: Arrived): Reply | Promise<Reply> => {
    requests.push(request);
    const reply = scripted.get(request.what)?.shift() ?? fixed.get(request.what);
    if (typeof reply === 'function') return reply(request);
    return reply ?? { body: usual[request.what]?.(request.params) ?? { code: 'no-such-path' } };
  };

  const react = (peer: Peer, message: unknown): void => {
    const id = text(message, 'id');
    const op = text(message, 'op');
    const topics = op === 'subscribe' ? list(message, 'topics').map(String) : [op];
    const refused = topics.map((topic) => refusals.get(topic)).find((code) => code !== undefined);
    if (refused !== undefined) peer.send({ id, body: { code: refused } });
    else if (op !== 'request') peer.send({ id, body: {} });
    else {
      const what = `RPC ${text(message, 'method')}`;
      const params = { ...Object(member(message, 'params')) };
      requests.push({ at: clock.mono(), what, params, headers: {} });
      const run = what === 'RPC place' ? place : cancel;
      if (fixed.get(what) !== 'silence') peer.send({ id, body: run(params) });
    }
  };
  const venue = createVenue(clock, {
    connected: (peer) => {
      if (isClosed.has(streamOf(peer))) peer.close(1006, 'closed');
      else peer.accept();
    },
    message: (peer, sent) => {
      react(peer, JSON.parse(sent));
    },
    ping: (peer) => {
      peer.pong();
    },
  });
  const peers = (stream: string): readonly Peer[] =>
    venue.peers.filter((peer) => peer.isOpen() && streamOf(peer) === stream);
  const tell: Server['tell'] = (stream, message) => {
    for (const peer of peers(stream)) peer.send(message);
  };

  return {
    http: createMemoryHttp(clock, answer),
    ws: venue.ws,
    ...{ requests, markets, balances, orders, put, change, peers, tell, refusals, isClosed },
    requestsFor: (what) => requests.filter((request) => request.what === what),
    next: (what, ...replies) => scripted.set(what, [...(scripted.get(what) ?? []), ...replies]),
    always: (what, reply) => {
      if (reply === undefined) fixed.delete(what);
      else fixed.set(what, reply);
    },
    trade: (clientOrderId, amount) => {
      const { symbol, orderId, price = '100', filled, amount: wanted } = find(clientOrderId);
      const total = String(Number(filled) + Number(amount));
      change(clientOrderId, { filled: total, ...(total === String(Number(wanted)) && { status: 'filled' }) });
      lastId += 1;
      const trade = { symbol, fillId: `f${lastId}`, orderId, price, amount, at: String(clock.now()) };
      trades.push(trade);
      return trade;
    },
    tellOrder: (clientOrderId) => {
      tell('account', { event: 'order', order: find(clientOrderId) });
    },
    quote: (symbol, { bids = [], asks = [] }) => {
      const book = bookOf(symbol);
      for (const [price, amount] of bids) set(book.bids, price, amount);
      for (const [price, amount] of asks) set(book.asks, price, amount);
      book.last += 1;
      const numbers = { first: String(book.last), last: String(book.last) };
      tell('public', { channel: 'book', symbol, ...numbers, bids, asks });
    },
    drop: (stream) => {
      for (const peer of peers(stream)) peer.close(1006, 'dropped');
    },
    openPeers: venue.openPeers,
  };
}

function marketOf(base: string, quote: string): Record<string, string> {
  return { symbol: `${base}${quote}`, base, quote, status: 'trading', priceStep: '0.01' };
}

/** One a minute. */
function candles(from: number, to: number): readonly object[] {
  const rows: object[] = [];
  for (let at = Math.ceil(from / 60_000) * 60_000; at <= to; at += 60_000) rows.push({ at: String(at), price: '100' });
  return rows;
}

function set(levels: Map<string, string>, price: string, amount: string): void {
  if (Number(amount) === 0) levels.delete(price);
  else levels.set(price, amount);
}

function streamOf({ url }: Peer): string {
  return url.endsWith('/account') ? 'account' : 'public';
}
