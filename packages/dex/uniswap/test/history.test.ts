import { sum, type Candle, type CandleProgress, type CandleRequest, type DexConnector } from '@hb/connector-core';
import { otherKey } from '@hb/lab/uniswap';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import type { Contracts } from '../src/index.js';
import { openLab, type Lab } from './support/lab.js';
import { startProxy, type Proxy } from './support/proxy.js';
import { readExchanges, type Exchange } from './support/transfers.js';

const pair = 'WETH-USDC';
const [minute, hour] = [60_000, 3_600_000];
let lab: Lab;
let exchanges: readonly Exchange[];
let begun: number;
let connector: DexConnector;
let proxies: readonly Proxy[] = [];

/** Swaps in pools of all versions, and others', over some hours of 12 s a block. */
beforeAll(async () => {
  lab = await openLab();
  const { v2, v3, router } = lab.contracts;
  const only = {
    v2: { router, v3: lab.v4.v3, ...(v2 && { v2 }) },
    v3: { router, v3 },
    v4: lab.v4,
  } satisfies Readonly<Record<string, Contracts>>;
  begun = Number(await lab.anvil.rpc('eth_blockNumber'));
  let at = (await latest()) + hour;
  at -= at % hour;
  for (const [after, version, side, amount] of [
    [5_000, 'v3', 'sell', '1.5'],
    [15_000, 'v2', 'sell', '2'],
    [20_000, 'v3', 'buy', '0.4'],
    [2 * minute, 'v4', 'buy', '1.5'],
    [10_000, 'v2', 'buy', '0.000001'],
    [hour, 'v4', 'sell', '0.02'],
    [2 * hour, 'v3', 'sell', '3'],
  ] as const) {
    at += after;
    await passTo(at);
    await swap(only[version], side, amount);
  }
  await lab.disturb(2n * 10n ** 18n);
  await lab.anvil.rpc('anvil_mine', '0x100', '0xc');
  exchanges = await readExchanges(lab, begun);
}, 120_000);
afterAll(() => lab.anvil.stop());
afterEach(async () => {
  await connector.stop();
  await Promise.all(proxies.map(({ stop }) => stop()));
  proxies = [];
});

async function latest(): Promise<number> {
  const block = await lab.anvil.rpc('eth_getBlockByNumber', 'latest', false);
  return Number(Reflect.get(Object(block), 'timestamp')) * 1_000;
}

/** Blocks every 12 s up to a time, at which the next one is made. */
async function passTo(at: number): Promise<void> {
  const blocks = Math.floor((at - (await latest())) / 12_000) - 1;
  if (blocks > 0) await lab.anvil.rpc('anvil_mine', `0x${blocks.toString(16)}`, '0xc');
  await lab.anvil.rpc('evm_setNextBlockTimestamp', at / 1_000);
}

async function swap(contracts: Contracts, side: 'buy' | 'sell', amount: string): Promise<void> {
  const trader = lab.connect({}, contracts);
  await trader.start({ pairs: [pair] });
  const order = { pair, side, type: 'market', amount, maxSlippage: '0.1', sendWithinMs: 20 * hour } as const;
  const { clientOrderId } = await trader.place(order);
  expect(await trader.closed(clientOrderId)).toMatchObject({ state: 'filled' });
  await trader.stop();
}

/** A connector to pools of all versions, through nodes of one's own where there are any. */
async function connect(...through: readonly Proxy[]): Promise<DexConnector> {
  proxies = through;
  const [rpc, rpc2 = rpc] = through.map(({ url }) => url);
  connector = lab.connect({
    ...{ credentials: { privateKey: otherKey } },
    ...(rpc !== undefined && rpc2 !== undefined && { hosts: { rpc, rpc2 } }),
  });
  await connector.start({ pairs: [pair] });
  return connector;
}

async function candles(of: DexConnector, request: CandleRequest, name = pair): Promise<readonly Candle[]> {
  if (of.candles === undefined) throw new Error('there are no candles');
  return of.candles(name, request);
}

/** To twelve digits where a price is a quotient. */
function shown(told: readonly Candle[]): readonly object[] {
  return told.map(({ at, open, high, low, close, volume, quoteVolume, trades }) => ({
    ...{ at, trades },
    ...{ open: open.toPrecision(12), high: high.toPrecision(12), low: low.toPrecision(12) },
    ...{ close: close.toPrecision(12), volume: volume.toFixed(), quoteVolume: quoteVolume?.toFixed() ?? '' },
  }));
}

/** The same by another way: what those who traded gave and got. */
function counted(lengthMs: number): readonly object[] {
  const openOf = (at: number): number => at - (at % lengthMs);
  const opens = [...new Set(exchanges.map(({ at }) => openOf(at)))];
  return opens.map((open) => {
    const within = exchanges.filter(({ at }) => openOf(at) === open);
    const prices = within.map(({ weth, usdc }) => usdc.div(weth));
    const sorted = [...prices].sort((first, second) => first.cmp(second));
    const digits = (price = sorted[0]): string => price?.toPrecision(12) ?? '';
    return {
      ...{ at: open, trades: within.length },
      ...{ open: digits(prices[0]), high: digits(sorted.at(-1)), low: digits(sorted[0]), close: digits(prices.at(-1)) },
      volume: sum(within.map(({ weth }) => weth)).toFixed(),
      quoteVolume: sum(within.map(({ usdc }) => usdc)).toFixed(),
    };
  });
}

const traded = (told: readonly Candle[]): readonly Candle[] => told.filter(({ trades }) => trades !== 0);
const since = (): number => exchanges[0]?.at ?? 0;
const wholeHour = (): number => since() - (since() % hour);

describe('candles of pools of all versions', () => {
  test.each([
    ['1m', minute],
    ['15m', 15 * minute],
    ['1h', hour],
    ['1d', 24 * hour],
  ] as const)('of %s are what those who traded gave and got', async (interval, lengthMs) => {
    const from = since() - (since() % lengthMs);
    const told = await candles(await connect(), { interval, from });
    expect(exchanges).toHaveLength(8);
    expect(shown(traded(told))).toEqual(counted(lengthMs));
    expect(told.map(({ at }) => at)).toEqual(told.map((_, index) => from + index * lengthMs));
    for (const [index, { trades, open }] of told.entries())
      if (trades === 0) expect(open).toEqual(told[index - 1]?.close);
  });

  test('are turned round with the pair', async () => {
    const told = traded(await candles(await connect(), { interval: '1d', from: wholeHour() - 24 * hour }, 'USDC-WETH'));
    expect(sum(told.map(({ volume }) => volume)).toFixed()).toBe(sum(exchanges.map(({ usdc }) => usdc)).toFixed());
    const last = exchanges.at(-1);
    expect(told.at(-1)?.close.toPrecision(12)).toBe(last?.weth.div(last.usdc).toPrecision(12));
  });

  test('are the same from nodes that read few blocks at once and tell no times, which are asked for few', async () => {
    const limits = [64, 1_000];
    const nodes = limits.map((limit) =>
      startProxy(lab.anvil.url, ({ method, params }, result) => {
        if (method !== 'eth_getLogs') return { result };
        const range: Readonly<Record<string, string>> = { ...Object(params[0]) };
        const blocks = Number(range['toBlock']) - Number(range['fromBlock']) + 1;
        if (blocks > limit) return { error: { code: -32005, message: `eth_getLogs is limited to a ${limit} range` } };
        return { result: without(result, 'blockTimestamp') };
      }),
    );
    const through = await Promise.all(nodes);
    const heard: CandleProgress[] = [];
    const from = since() - (since() % minute);
    const told = await candles(await connect(...through), {
      ...{ interval: '1m', from },
      onProgress: (progress) => heard.push(progress),
    });
    expect(shown(traded(told))).toEqual(counted(minute));
    expect(heard.map(({ part }) => part).at(-1)).toBe(1);
    expect(heard.flatMap(({ candles: done }) => done)).toEqual(told.filter(({ closed }) => closed));
    expect(connector.metrics().counts['history.narrowed']).toBeGreaterThan(0);
    const times = through.reduce((total, { asked }) => total + (asked.get('eth_getBlockByNumber') ?? 0), 0);
    expect(times).toBeLessThan(60);
  }, 60_000);

  test('are not made of what one node alone says', async () => {
    const lying = await startProxy(lab.anvil.url, ({ method }, result) =>
      method === 'eth_getLogs' && Array.isArray(result) ? { result: result.slice(1) } : { result },
    );
    const honest = await startProxy(lab.anvil.url, (_, result) => ({ result }));
    const stopping = new AbortController();
    const of = await connect(lying, honest);
    const told = candles(of, { interval: '1m', from: since(), signal: stopping.signal });
    while (of.metrics().counts['history.disagreed'] === undefined) await lab.anvil.rpc('eth_chainId');
    stopping.abort();
    await expect(told).rejects.toMatchObject({ kind: 'aborted' });
  });
});

test('past swaps are told with their prices and times, and read on after any page', async () => {
  const of = await connect();
  const found = [];
  for await (const { trades } of of.pastTrades?.(pair, { fromBlock: begun }) ?? []) found.push(...trades);
  expect(found.map(({ id, side, at, amount }) => [id?.split(':')[0], side, at, amount.toFixed()])).toEqual(
    exchanges.map(({ hash, side, at, weth }) => [hash, side, at, weth.toFixed()]),
  );
  const [, , third] = exchanges;
  const later = [];
  for await (const { trades } of of.pastTrades?.(pair, { fromBlock: (third?.block ?? 0) + 1 }) ?? [])
    later.push(...trades);
  expect(later).toEqual(found.slice(3));
});

function without(rows: unknown, name: string): unknown {
  if (!Array.isArray(rows)) return rows;
  return rows.map((row: object) => ({ ...row, [name]: undefined }));
}
