import { toHex, type Clock, type Crypto } from '@hb/connector-core';

import * as kit from '../../src/index.js';

/** A venue of a page, put together from the kit: signed orders by REST, books and own orders on one socket. */
export type SmallVenue = kit.EmulatedVenue & {
  readonly engine: kit.Engine;
  readonly behave: (behaviour: kit.Behaviour) => () => void;
  /** Loses the next change of a book. */
  readonly gap: () => void;
};

export type SmallVenueOptions = {
  readonly clock: Clock;
  readonly crypto: Crypto;
  readonly accounts: readonly kit.VenueAccount[];
};

const markets = [{ symbol: 'A-B', base: 'A', quote: 'B', priceStep: '0.01', amountStep: '0.1' }];

type Call = { readonly reads: kit.EngineReads; readonly parameters: kit.Parameters; readonly key: kit.ApiKey };
type Route = kit.Named & { readonly run: (call: Call) => unknown };
type Connection = kit.VenueConnection & { readonly tell: (account: string, event: kit.EngineEvent) => void };

export function createSmallVenue(options: SmallVenueOptions): SmallVenue {
  const fees: kit.FeePlan = { maker: '0.001', taker: '0.002', taken: 'quote' };
  const exchange = kit.openExchange({ ...options, markets, fees, digits: () => 8 });
  const { engine, clock, crypto, keys } = exchange;
  const limits = kit.createVenueLimits({ requests: { limit: 5, perMs: 1_000, window: 'sliding' } }, () => clock.now());
  const behaviours = kit.createBehaviours(exchange);
  const router = kit.createRouter(routesOf(engine));
  const publisher = kit.createPublisher(createSources(exchange));
  const sockets = kit.createSockets<Connection>();
  const off = kit.tellOwners(engine, new Set(Array.from(keys.values(), ({ account }) => account)), (account, event) => {
    for (const [, connection] of sockets.open()) connection.tell(account, event);
  });

  function execute({ method, path, query, headers, body, address }: kit.VenueRequest): unknown {
    if (!limits.take('requests', address).allowed) throw kit.refuse('SLOW_DOWN', 'too many requests', 429);
    const found = router.find(`${method} ${path}`);
    if (found === undefined) throw kit.refuse('NOT_FOUND', path, 404);
    const key = keys.get(headers.get('x-key') ?? '');
    const signed = key && toHex(crypto.hmac('sha256', key.signer, method + path + query + body));
    if (key === undefined || signed !== headers.get('x-sign')) throw kit.refuse('NO_ACCESS', 'wrong signature', 401);
    const pairs = [...found.inPath, ...(kit.readQuery(query) ?? []), ...(kit.readJson(body) ?? [])];
    const parameters = kit.createParameters(pairs, ({ name, type }) => kit.refuse('BAD_PARAM', `${name} is ${type}`));
    return behaviours.perform(found.route.names, (reads) => found.route.run({ reads, parameters, key }));
  }
  function connect(socket: kit.VenueSocket): kit.VenueConnection {
    const topics = kit.createSubscriptions(publisher, (topic, data) => socket.send(`{"on":"${topic}","data":${data}}`));
    const message = (bytes: Uint8Array) => {
      const { subscribe } = kit.readObject(new TextDecoder().decode(bytes)) ?? {};
      if (typeof subscribe === 'string') topics.add(subscribe);
    };
    const tell: Connection['tell'] = (account, event) => {
      if (event.type === 'order') socket.send(JSON.stringify({ on: account, data: toOrderJson(engine, event.order) }));
    };
    const connection = sockets.add(socket, { message, tell, closed: () => topics.clear() });
    return kit.endIdle({ clock, socket }, connection, { afterMs: 30_000, code: 1000, reason: 'idle' });
  }
  return {
    engine,
    behave: (behaviour) => behaviours.behave(behaviour),
    gap: () => publisher.skip((topic) => topic === 'book'),
    http: (request) => {
      const result = kit.attempt(() => execute(request));
      if (!kit.isRefusal(result)) return kit.toJsonAnswer(200, result);
      return kit.toJsonAnswer(result.status, { code: result.code, message: result.message });
    },
    connect: ({ path }, socket) => (path === '/ws' ? connect(socket) : { refused: 404 }),
    stop: () => {
      off();
      publisher.stop();
      sockets.drop(1001, 'stopped');
    },
  };
}

function routesOf(engine: kit.Engine): readonly Route[] {
  const refOf = ({ parameters }: Call) => ({ market: 'A-B', orderId: Number(parameters.required('id')) });
  const accepted = (answer: kit.Accepted | kit.Refused) => {
    if (answer.type === 'refused') throw kit.refuse('REFUSED', answer.refusal);
    return toOrderJson(engine, answer.order);
  };
  return [
    {
      names: ['GET /orders/{id}'],
      run: (call) => {
        const order = call.reads.order(call.key.account, refOf(call));
        if (order === undefined) throw kit.refuse('NO_ORDER', 'no such order', 404);
        return toOrderJson(engine, order);
      },
    },
    { names: ['DELETE /orders/{id}'], run: (call) => accepted(engine.cancel(call.key.account, refOf(call))) },
    {
      names: ['POST /orders'],
      run: ({ parameters, key }) => {
        const { price, amount } = gridsOf(engine);
        return accepted(
          engine.place(key.account, {
            market: 'A-B',
            type: 'limit',
            side: parameters.requiredOneOf('side', ['buy', 'sell']),
            price: price.parse(parameters.requiredDecimal('price', 2)) ?? 0n,
            amount: amount.parse(parameters.requiredDecimal('amount', 1)) ?? 0n,
          }),
        );
      },
    },
  ];
}

function createSources({ engine, clock }: kit.Exchange): kit.OpenSource {
  return (topic, publish) => {
    const market = engine.market('A-B');
    if (market === undefined || topic !== 'book') return kit.silence;
    return kit.feedDiffs({ engine, clock, market }, 100, ({ first, last, bids, asks }) => {
      const [b, a] = [bids, asks].map((levels) => levels.map((level) => kit.toLevel(market, level)));
      publish({ first, last, b, a });
    });
  };
}

function toOrderJson(engine: kit.Engine, { orderId, status, filled }: kit.EngineOrder): object {
  return { id: orderId, status, filled: gridsOf(engine).amount.format(filled) };
}

function gridsOf(engine: kit.Engine): kit.EngineMarket {
  const market = engine.market('A-B');
  if (market === undefined) throw new RangeError('there is no market A-B');
  return market;
}
