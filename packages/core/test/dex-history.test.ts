import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { CandleProgress, TradePage } from '../src/connector/connector.js';
import type { Candle } from '../src/model/trade.js';
import { createDexWorld, type DexWorld } from './support/toy-dex.js';

const pair = 'WETH-USDC';
const sell = { pair, side: 'sell', type: 'market', amount: '2', maxSlippage: '0.5' } as const;
const minute = 60_000;
let world: DexWorld;
/** When the swaps were included, and in which blocks. */
let swaps: readonly { readonly id: string; readonly at: number; readonly block: number }[];

/** Swaps in the first, the third and the fourth minute of some, two at once among them. */
beforeEach(async () => {
  world = createDexWorld();
  const { clock, connector, settle, chain } = world;
  await settle(connector.start({ pairs: [pair] }));
  const made: { readonly id: string; readonly at: number; readonly block: number }[] = [];
  const note = async (placed: Promise<{ readonly clientOrderId: string }>): Promise<void> => {
    const { orderId = '' } = await settle(connector.closed((await settle(placed)).clientOrderId));
    made.push({ id: orderId, ...chain.whereIs(orderId) });
  };
  await clock.advance(minute - (clock.now() % minute) + 5_000);
  await note(connector.place(sell));
  await clock.advance(2 * minute);
  const both = [connector.place(sell), connector.place(sell)];
  for (const placed of both) await note(placed);
  await clock.advance(minute);
  await note(connector.place(sell));
  await clock.advance(2 * minute);
  swaps = made;
});
afterEach(async () => {
  await world.settle(world.connector.stop());
  world.chain.stop();
});

/** Of `["0x… 7", "0x… 7"]`. */
function blocksOf(told: unknown): number {
  return new Set(Array.isArray(told) ? told.map((each) => String(each).split(' ')[1]) : []).size;
}

/** By counting what the chain has. */
function counted(): readonly (readonly [at: number, trades: number, volume: string])[] {
  const opens = swaps.map(({ at }) => at - (at % minute));
  const first = Math.min(...opens);
  const minutes = Math.floor((world.clock.now() - first) / minute);
  return Array.from({ length: minutes + 1 }, (_, index) => {
    const at = first + index * minute;
    const trades = opens.filter((open) => open === at).length;
    return [at, trades, String(2 * trades)];
  });
}

function shown(candles: readonly Candle[]): readonly (readonly [number, number, string])[] {
  return candles.map(({ at, trades = 0, volume }) => [at, trades, volume.toFixed()]);
}

const candles = (range: object = {}): Promise<readonly Candle[]> =>
  world.settle(world.connector.candles?.(pair, { interval: '1m', ...range }) ?? Promise.reject(new Error('none')));

async function pages(range: object = {}): Promise<readonly TradePage[]> {
  const found: TradePage[] = [];
  const reading = async (): Promise<void> => {
    const read = world.connector.pastTrades?.(pair, { fromBlock: 0, ...range });
    for await (const page of read ?? []) found.push(page);
  };
  await world.settle(reading());
  return found;
}

async function past(range: object = {}): Promise<readonly (string | undefined)[]> {
  return (await pages(range)).flatMap(({ trades }) => trades.map(({ id }) => id));
}

describe('candles', () => {
  test('count the swaps of each minute, the quiet ones between and after them too', async () => {
    const told = await candles();
    expect(shown(told)).toEqual(counted());
    expect(told.map(({ closed }) => closed)).toEqual(told.map((_, index) => index < told.length - 1));
    expect(told[0]).toMatchObject({ quoteVolume: expect.objectContaining({ c: [4] }), trades: 1 });
  });

  test('begin and end where they are asked to, and are as many as asked for', async () => {
    const all = counted();
    const [from, to] = [all[1]?.[0] ?? 0, all[3]?.[0] ?? 0];
    // Of the minute in which nothing was traded nothing is known: what came before it is not asked for.
    expect(shown(await candles({ from, to }))).toEqual(all.slice(2, 4));
    expect(shown(await candles({ from: from + 1, limit: 2 }))).toEqual(all.slice(2, 4));
    expect(shown(await candles({ limit: 3 }))).toEqual(all.slice(-3));
    expect(await candles({ from: world.clock.now() + minute })).toEqual([]);
  });

  test('ask for the times of few blocks', async () => {
    const before = world.chain.asked.length;
    await candles();
    const times = world.chain.asked.slice(before).filter((asked) => asked.endsWith('time'));
    expect(world.chain.height()).toBeGreaterThan(300);
    expect(times.length).toBeLessThan(30);
  });

  test('tell how far they are, and hand over what is done, so that one may go on from there', async () => {
    for (const node of ['a', 'b'] as const)
      world.chain.spoil(node, 'trades', (own) =>
        blocksOf(own) > 1 ? { body: { error: 'too much' } } : { body: { result: own } },
      );
    // What they will read at once is known after this.
    const whole = await candles();
    const heard: CandleProgress[] = [];
    await candles({ onProgress: (progress: CandleProgress) => heard.push(progress) });
    expect(heard.length).toBeGreaterThan(1);
    const parts = heard.map(({ part }) => part);
    expect(parts).toEqual([...parts].sort((first, second) => first - second));
    expect(parts.at(-1)).toBe(1);
    expect(heard.flatMap(({ candles: done }) => done)).toEqual(whole.filter(({ closed }) => closed));
    const rest = await candles({ from: (heard[0]?.candles.at(-1)?.at ?? 0) + minute });
    expect(shown(rest).filter(([, trades]) => trades > 0)).toEqual(
      shown(whole.slice(heard[0]?.candles.length)).filter(([, trades]) => trades > 0),
    );
  });

  test('end with their signal, and ask nothing more', async () => {
    const stopping = new AbortController();
    world.chain.spoil('a', 'trades', () => 'lost');
    world.chain.spoil('b', 'trades', () => 'lost');
    const asking = world.connector.candles?.(pair, { interval: '1m', signal: stopping.signal });
    asking?.catch(() => undefined);
    await world.clock.advance(3_000);
    stopping.abort();
    await expect(asking).rejects.toMatchObject({ kind: 'aborted' });
    await world.clock.settle();
    const before = world.chain.asked.length;
    await world.clock.advance(60_000);
    expect(world.chain.asked.slice(before).filter((asked) => asked.endsWith('trades'))).toEqual([]);
  });

  test('of months, and of what is no interval, are refused', async () => {
    await expect(candles({ interval: '1M' })).rejects.toMatchObject({ kind: 'unsupported' });
    await expect(candles({ interval: 'toString' })).rejects.toMatchObject({ kind: 'unsupported' });
    await expect(candles({ from: -1 })).rejects.toMatchObject({ kind: 'invalid-request' });
    expect(world.connector.capabilities.candles).toBe(true);
  });
});

describe('swaps that are past', () => {
  test('come each once, oldest first, with the times of their blocks', async () => {
    const found = (await pages()).flatMap(({ trades }) => trades);
    expect(found.map(({ id, at }) => [id, at])).toEqual(swaps.map(({ id, at }) => [id, at]));
    expect(found[0]).toMatchObject({ pair, side: 'sell' });
  });

  test('come from a block or a time on, up to another', async () => {
    const [first, second] = swaps;
    const ids = swaps.map(({ id }) => id);
    expect(await past({ fromBlock: (first?.block ?? 0) + 1 })).toEqual(ids.slice(1));
    expect(await past({ fromBlock: undefined, from: second?.at })).toEqual(ids.slice(1));
    expect(await past({ toBlock: first?.block })).toEqual(ids.slice(0, 1));
    expect(await past({ to: (first?.at ?? 0) - 1 })).toEqual([]);
  });

  test('go on after the page that was read last', async () => {
    for (const node of ['a', 'b'] as const)
      world.chain.spoil(node, 'trades', (own) =>
        blocksOf(own) > 1 ? { body: { error: 'too much' } } : { body: { result: own } },
      );
    const [before, after] = [await past(), await pages()];
    expect(before).toEqual(swaps.map(({ id }) => id));
    expect(after.length).toBeGreaterThan(1);
    expect(after.map(({ fromBlock }) => fromBlock)).toEqual([
      0,
      ...after.slice(0, -1).map(({ toBlock }) => toBlock + 1),
    ]);
    expect(after.at(-1)).toMatchObject({ toBlock: expect.any(Number), part: 1 });
    const rest = await past({ fromBlock: (after[0]?.toBlock ?? 0) + 1 });
    expect(rest).toEqual(after.slice(1).flatMap(({ trades }) => trades.map(({ id }) => id)));
  });

  test('are read in smaller pieces where a node refuses so much', async () => {
    world.chain.spoil('a', 'trades', (own) =>
      Array.isArray(own) && own.length > 2 ? { body: { error: 'too much' } } : { body: { result: own } },
    );
    expect(await past()).toEqual(swaps.map(({ id }) => id));
    expect(world.connector.metrics().counts['history.narrowed']).toBeGreaterThan(0);
  });

  test('are read in smaller pieces where nodes break off what is too much', async () => {
    for (const node of ['a', 'b'] as const)
      world.chain.spoil(node, 'trades', (own) =>
        Array.isArray(own) && own.length > 2 ? 'lost' : { body: { result: own } },
      );
    expect(await past()).toEqual(swaps.map(({ id }) => id));
    expect(world.connector.metrics().counts['history.narrowed']).toBeGreaterThan(0);
  });

  test('are refused in the words of a node that refuses a single block', async () => {
    for (const node of ['a', 'b'] as const) world.chain.spoil(node, 'trades', () => ({ body: { error: 'too much' } }));
    await expect(past()).rejects.toMatchObject({ kind: 'invalid-request', code: '1' });
  });

  test('are told when two nodes say the same, and not before', async () => {
    const heal = world.chain.spoil('b', 'trades', (own) => ({
      body: { result: Array.isArray(own) ? own.slice(1) : [] },
    }));
    const told = past();
    await world.clock.advance(3_000);
    heal();
    expect(await told).toEqual(swaps.map(({ id }) => id));
    expect(world.connector.metrics().counts['history.disagreed']).toBeGreaterThan(0);
  });

  test('are refused when two nodes never say the same', async () => {
    world.chain.spoil('b', 'trades', () => ({ body: { result: [] } }));
    await expect(past()).rejects.toMatchObject({
      kind: 'bad-response',
      message: expect.stringContaining('nodes do not tell the same of blocks 0 to'),
    });
  });

  test('are taken from the only node that answers', async () => {
    world.chain.spoil('a', 'trades', () => 'lost');
    expect(await past()).toEqual(swaps.map(({ id }) => id));
    expect(world.connector.metrics().counts['history.unconfirmed']).toBe(1);
  });

  test('are not looked for in what is no range', async () => {
    await expect(pages({ fromBlock: undefined })).rejects.toMatchObject({ kind: 'invalid-request' });
    await expect(pages({ toBlock: -1 })).rejects.toMatchObject({ kind: 'invalid-request' });
    await expect(pages({ to: 0.5 })).rejects.toMatchObject({ kind: 'invalid-request' });
    expect(await pages({ fromBlock: 10_000_000 })).toEqual([]);
  });
});
