import type { Engine } from '@hb/connector-testkit';
import type { Exchange } from 'ccxt';
import { afterAll, beforeEach } from 'vitest';

/** A client of ccxt that knows the venue's markets. */
export async function loaded<Client extends Exchange>(client: Client, parameters: object = {}): Promise<Client> {
  // What it asks for before it opens a WebSocket without TLS.
  await client.loadHttpProxyAgent();
  await client.loadMarkets(false, parameters);
  return client;
}

type Started = { readonly stop: () => Promise<void>; readonly reset?: () => void };

/** The venue and the client that the tests of a file share: the venue is reset before each, both end with the last. */
export async function share<Venue extends Started, Client extends Exchange>(
  start: () => Promise<Venue>,
  connect: (venue: Venue) => Promise<Client>,
): Promise<{ readonly venue: Venue; readonly client: Client }> {
  const venue = await start();
  const client = await connect(venue);
  beforeEach(() => venue.reset?.());
  afterAll(async () => {
    await client.close();
    await venue.stop();
  });
  return { venue, client };
}

/** Levels of `[price, amount]`, best first. */
type Sides = { readonly bids: readonly unknown[]; readonly asks: readonly unknown[] };

/** The book that a client follows, once it has come to where the venue's is, beside that. */
export async function followBook(
  client: Exchange,
  symbol: string,
  { engine, market }: { readonly engine: Engine; readonly market: string },
): Promise<{ readonly followed: Sides; readonly held: Sides }> {
  let book = await client.watchOrderBook(symbol);
  while (book.nonce !== engine.depth(market, 1).updateId) book = await client.watchOrderBook(symbol);
  const { bids, asks } = engine.depth(market);
  const found = engine.market(market);
  const toNumbers = ([price, amount]: readonly [bigint, bigint]) => [
    Number(found?.price.format(price)),
    Number(found?.amount.format(amount)),
  ];
  // KuCoin's client leaves the sequence in the levels that changed.
  const [followedBids, followedAsks] = [book.bids, book.asks].map((side) =>
    side.slice(0).map((level) => level.slice(0, 2)),
  );
  return {
    followed: { bids: followedBids ?? [], asks: followedAsks ?? [] },
    held: { bids: bids.map(toNumbers), asks: asks.map(toNumbers) },
  };
}

/** ccxt's orders need not have an id by their type. */
export function idOf({ id }: { readonly id?: string | undefined }): string {
  if (id === undefined) throw new Error('an order without an id');
  return id;
}
