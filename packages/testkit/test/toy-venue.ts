import { createEngine } from '../src/engine/engine.js';
import type { Accepted, Engine, EngineEvent, Refused } from '../src/engine/types.js';
import type { EmulatedVenue, VenueAnswer, VenueRequest, VenueSocket } from '../src/venue.js';

/** The smallest venue that can be traded on: `POST /order?side=buy&price=100&amount=5`, `DELETE /order?id=1`, and `/ws` tells everything. */
export type ToyVenue = EmulatedVenue & { readonly engine: Engine; readonly closed: readonly number[] };

const market = 'AB';

export function createToyVenue(now: () => number): ToyVenue {
  const definition = { symbol: market, base: 'A', quote: 'B', priceStep: '1', amountStep: '1' };
  const engine = createEngine({ now, assets: { A: 0, B: 0 }, markets: [definition] });
  for (const account of ['me', 'other']) for (const asset of ['A', 'B']) engine.deposit(account, asset, '100000');
  const sockets = new Set<VenueSocket>();
  const closed: number[] = [];
  engine.on((event) => {
    for (const socket of sockets) socket.send(describe(event));
  });
  return {
    engine,
    closed,
    http: (request) => answer(engine, request),
    connect: ({ path, query }, socket) => {
      if (path !== '/ws') return { refused: 404 };
      sockets.add(socket);
      socket.send(`welcome ${query}`);
      return {
        message: (bytes) => socket.send(`echo ${new TextDecoder().decode(bytes)}`),
        closed: (code) => {
          closed.push(code);
          sockets.delete(socket);
        },
      };
    },
    stop: () => {
      for (const socket of sockets) socket.close(1001, 'stopped');
    },
  };
}

/** An event without times, so that runs on different clocks compare. */
export function describe(event: EngineEvent): string {
  const withoutTime = (key: string, value: unknown): unknown => {
    if (key === 'at' || key === 'placedAt' || key === 'updatedAt') return undefined;
    return typeof value === 'bigint' ? value.toString() : value;
  };
  return JSON.stringify(event, withoutTime);
}

function answer(engine: Engine, { method, path, query, headers, body }: VenueRequest): VenueAnswer {
  const parameters = new URLSearchParams(query);
  if (path === '/echo')
    return json(200, { method, query, body, agent: headers.get('x-agent'), host: headers.has('host') });
  if (path !== '/order') return json(404, { path });
  const orderId = Number(parameters.get('id'));
  if (method === 'DELETE') return result(engine.cancel('me', { market, orderId }));
  const [price, amount] = [BigInt(parameters.get('price') ?? 0), BigInt(parameters.get('amount') ?? 0)];
  const side = parameters.get('side') === 'buy' ? 'buy' : 'sell';
  return result(engine.place(parameters.get('account') ?? 'me', { market, side, type: 'limit', price, amount }));
}

function result(done: Accepted | Refused): VenueAnswer {
  if (done.type === 'refused') return json(400, { refusal: done.refusal });
  const { orderId, status, filled } = done.order;
  return json(200, { orderId, status, filled: String(filled) });
}

function json(status: number, value: object): VenueAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}
