import type { Random } from '../random.js';
import type { Corpus } from './corpus.js';
import type { Mutator, Wire } from './mutate.js';
import type { Session } from './session.js';
import type { Reading } from './spy.js';
import type { Kind } from './whole.js';

/** What became of the messages of one stream, or of the answers to one function of the spec. */
export type FuzzTally = {
  messages: number;
  /** How many `frame` knew; of answers, how many were decoded. */
  framed: number;
  /** How many the parser took. */
  read: number;
};

/** Something that must not be, and the message that brought it about. */
export type FuzzViolation = { readonly parser: string; readonly what: string; readonly message: string };

/** A run under way. */
export type FuzzRun<O, C> = {
  readonly random: Random;
  readonly corpus: Corpus;
  readonly mutator: Mutator;
  /** The functions of the spec, each as it was called in the rehearsal. */
  readonly readings: ReadonlyMap<Kind, Reading<O, C>>;
  readonly tallies: Map<string, FuzzTally>;
  readonly violations: FuzzViolation[];
};

/** Enough to see what is wrong; a run with more ends. */
export const mostViolations = 50;
const longestMessage = 2_000;

export function tallyOf<O, C>({ tallies }: FuzzRun<O, C>, parser: string): FuzzTally {
  const tally = tallies.get(parser) ?? { messages: 0, framed: 0, read: 0 };
  tallies.set(parser, tally);
  return tally;
}

export function complain<O, C>(
  { violations }: FuzzRun<O, C>,
  { parser, what, message = '' }: Omit<FuzzViolation, 'message'> & { readonly message?: Wire },
): void {
  if (violations.length >= mostViolations) return;
  const text = typeof message === 'string' ? message : `bytes ${[...message].join(' ')}`;
  violations.push({ parser, what, message: text.slice(0, longestMessage) });
}

/** A message for a stream, or an answer to a request: mostly one that resembles a good one. */
export function draw<O, C>({ random, corpus, mutator }: FuzzRun<O, C>, place: string): Wire {
  const seed = random.chance(0.95) ? corpus.pick(place, random) : undefined;
  return seed === undefined ? mutator.invent() : mutator.mutate(seed);
}

/** Some orders of our own, so that there is something to spoil. */
export async function populate<O, C, W>({ connector, exchanges, clock }: Session<O, C, W>): Promise<void> {
  for (const { pair, amount, away } of exchanges) {
    for (const steps of [-5, -4, -3, 3, 4]) {
      const side = steps < 0 ? 'buy' : 'sell';
      await clock.run(connector.place({ pair, side, type: 'limit', price: away(steps), amount }));
    }
  }
}

/** All that a script can see of the connector. Snapshots are immutable: the same object is the same state. */
export function stateOf<O, C, W>({ connector, exchanges }: Session<O, C, W>): readonly unknown[] {
  const tops = exchanges.flatMap(({ pair }) => {
    const floats = connector.book(pair)?.floats;
    return [floats?.bid, floats?.ask];
  });
  const positions = connector.positions?.list() ?? [];
  return [
    ...connector.orders(),
    ...[...connector.balances()].flat(),
    ...connector.markets.values(),
    ...positions,
    ...tops,
  ];
}

export function isSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((each, index) => Object.is(each, other[index]));
}
