import { ConnectorError, isConnectorError } from '../errors/connector-error.js';
import type { Meter } from '../model/metrics.js';
import type { Clock } from '../ports/ports.js';
import type { BlockRange, BlockTrade, DexMarket, DexPublic, DexSpec } from '../spec/dex.js';
import { waitMs } from './backoff.js';
import type { DexNode } from './dex-node.js';
import type { End } from './ends.js';
import { wait } from './wait.js';

export type BlockReaderOptions<O, C, Op, W, R> = {
  readonly id: string;
  readonly fetch: NonNullable<DexSpec<O, Op, W, R>['fetchTrades']>;
  readonly node: Pick<DexNode<O, C>, 'each'>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly meter: Meter;
};

/** Reads what was traded in blocks. */
export type BlockReader<W> = {
  /** How many blocks are worth being read at once. */
  readonly size: () => number;
  /**
   * What two nodes tell alike, or the only one that answers. Asks for less where a node refuses so much, and again, after a while, when
   * none answers or they do not agree. Rejects when that does not help, and soon after the end.
   */
  readonly read: (market: DexMarket<W>, blocks: BlockRange, end: End) => Promise<readonly BlockTrade[]>;
};

/** Of one node: how many blocks it reads at once, as far as that is known. */
type Reach = { size: number; clean: number };

const [first, most, growsAfter] = [2_000, 10_000, 8];
const attempts = 8;
const pauses = { firstMs: 1_000, mostMs: 30_000 };

export function createBlockReader<O, C, Op, W, R>(options: BlockReaderOptions<O, C, Op, W, R>): BlockReader<W> {
  const { id, fetch, node, clock, meter } = options;
  const reaches = new Map<number, Reach>();
  /** Those that failed last come last. */
  let order = node.each().map((_, index) => index);

  const reachOf = (index: number): Reach => {
    const reach = reaches.get(index) ?? { size: first, clean: 0 };
    reaches.set(index, reach);
    return reach;
  };

  const readAt = async (
    index: number,
    p: DexPublic<O>,
    { market, blocks, end }: Job<W>,
  ): Promise<readonly BlockTrade[]> => {
    const reach = reachOf(index);
    const found: BlockTrade[] = [];
    for (let from = blocks.from; from <= blocks.to;) {
      const to = Math.min(blocks.to, from + reach.size - 1);
      if (end.isOver()) throw failure(id, 'aborted', 'aborted');
      try {
        found.push(...(await fetch(p, market, { from, to })));
        from = to + 1;
        grow(reach);
      } catch (error) {
        if (from < to && isPerhapsTooMuch(error)) {
          meter.count('history.narrowed');
          reach.size = (to - from + 1) >> 1;
          reach.clean = 0;
        }
        if (from === to || !isConnectorError(error, 'invalid-request')) throw error;
      }
    }
    return found;
  };

  const readOnce = async (job: Job<W>): Promise<readonly BlockTrade[]> => {
    const nodes = node.each();
    const told: { readonly key: string; readonly trades: readonly BlockTrade[] }[] = [];
    const failures: unknown[] = [];
    const ask = async (index: number): Promise<void> => {
      const p = nodes[index];
      if (p === undefined) return;
      try {
        const trades = await readAt(index, p, job);
        told.push({ key: toKey(trades), trades });
      } catch (error) {
        failures.push(error);
        order = [...order.filter((other) => other !== index), index];
      }
    };
    const agreed = (): (typeof told)[number] | undefined =>
      told.find(({ key }, at) => nodes.length === 1 || told.some((other, index) => index > at && other.key === key));
    const [one, two, ...others] = order;
    await Promise.all([one, two].flatMap((index) => (index === undefined ? [] : [ask(index)])));
    for (const index of others) if (agreed() === undefined) await ask(index);
    const [only, ...more] = told;
    if (only === undefined) throw failures[0];
    if (agreed() === undefined && more.length > 0) {
      meter.count('history.disagreed');
      throw failure(id, 'bad-response', `nodes do not tell the same of blocks ${toText(job.blocks)}`);
    }
    if (agreed() === undefined) meter.count('history.unconfirmed');
    return (agreed() ?? only).trades;
  };

  return {
    size: () => Math.max(...order.map((index) => reachOf(index).size)),
    read: async (market, blocks, end) => {
      for (let attempt = 0; ; attempt += 1) {
        try {
          return await readOnce({ market, blocks, end });
        } catch (error) {
          if (end.isOver() || attempt + 1 === attempts || !isPassing(error)) throw error;
          const asked = isConnectorError(error) ? (error.retryAfterMs ?? 0) : 0;
          await pause(clock, Math.max(asked, waitMs(pauses, attempt, options.random)), end);
        }
      }
    },
  };
}

type Job<W> = { readonly market: DexMarket<W>; readonly blocks: BlockRange; readonly end: End };

function grow(reach: Reach): void {
  reach.clean += 1;
  if (reach.clean < growsAfter) return;
  reach.size = Math.min(2 * reach.size, most);
  reach.clean = 0;
}

function toKey(trades: readonly BlockTrade[]): string {
  return trades.map(({ id, block, price, amount }) => `${id} ${block} ${price} ${amount}`).join('\n');
}

const outages = ['network', 'venue-unavailable', 'bad-response'] as const;

/** A node that takes too long, or gives more than is taken in, says nothing of that. Who is asked too often must not be asked more. */
function isPerhapsTooMuch(error: unknown): boolean {
  return (['invalid-request', ...outages] as const).some((kind) => isConnectorError(error, kind));
}

function isPassing(error: unknown): boolean {
  return (['rate-limited', ...outages] as const).some((kind) => isConnectorError(error, kind));
}

async function pause(clock: Clock, forMs: number, end: End): Promise<void> {
  const { over, cancel } = wait(clock, forMs);
  const forget = end.on(cancel);
  await over;
  forget();
}

function toText({ from, to }: BlockRange): string {
  return from === to ? String(from) : `${from} to ${to}`;
}

function failure(id: string, kind: 'aborted' | 'bad-response', message: string): ConnectorError {
  return new ConnectorError(message, { kind, outcome: 'not-sent', operation: `${id} history` });
}
