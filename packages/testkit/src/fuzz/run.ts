import { watchRejections } from '../conformance/node-watch.js';
import { createRandom } from '../random.js';
import type { AnySimulationFixture } from '../simulation/fixture.js';
import { fuzzAnswers } from './answers.js';
import { createCorpus } from './corpus.js';
import { createMutator } from './mutate.js';
import { complain, mostViolations, type FuzzRun, type FuzzTally, type FuzzViolation } from './record.js';
import { rehearse } from './rehearse.js';
import { fuzzStreams } from './streams.js';

/** What is fuzzed, with how many inputs and from which seed. */
export type FuzzOptions<O, C, W> = {
  readonly fixture: AnySimulationFixture<O, C, W>;
  readonly messages: number;
  /** The same seed gives the same messages; 1 when left out. */
  readonly seed?: number;
  /** Payloads from the venue's documentation, as text: those that a parser takes join what the emulator sends. */
  readonly documents?: readonly string[];
  /** Told from time to time how many messages there were so far; a connector has just been stopped then. */
  readonly progress?: (messages: number) => void;
};

/** What came of it, by parser. */
export type FuzzResult = {
  readonly messages: number;
  /** The share that got past `frame`; of answers, the share that was decoded: 0 to 1. */
  readonly framed: number;
  /** By parser: `market.public`, `fetchFills`. */
  readonly tallies: ReadonlyMap<string, FuzzTally>;
  readonly violations: readonly FuzzViolation[];
};

const mostPerSession = 2_500;
const leastSessions = 8;
/** Every so many sessions, it is the answers' turn. */
const answersEvery = 4;

/**
 * Puts mutated and random messages before every parser of a connector: at the door of each stream, and as answers to each request.
 * Nothing may throw past the door; what a parser gives must be whole; a message that is not read changes nothing.
 * Connectors are replaced from time to time, so that memory shows what is kept for ever.
 */
export async function fuzz<O, C, W>(options: FuzzOptions<O, C, W>): Promise<FuzzResult> {
  const { fixture, messages, documents = [] } = options;
  const random = createRandom(options.seed ?? 1);
  const rejections = watchRejections();
  const corpus = createCorpus();
  const readings = await rehearse({ fixture, documents, corpus });
  const mutator = createMutator(random.fork('mutate'));
  const run: FuzzRun<O, C> = { random, corpus, mutator, readings, tallies: new Map(), violations: [] };
  const perSession = Math.min(mostPerSession, Math.ceil(messages / leastSessions));
  let done = 0;
  for (let session = 1; done < messages && run.violations.length < mostViolations; session += 1) {
    const count = Math.min(perSession, messages - done);
    const fuzzSession = session % answersEvery === 0 ? fuzzAnswers : fuzzStreams;
    done += await fuzzSession(fixture, run, { session, count });
    options.progress?.(done);
  }
  rejections.stop();
  for (const reason of rejections.found)
    complain(run, { parser: 'connector', what: `a rejection that nobody heard: ${String(reason)}` });
  const framed = [...run.tallies.values()].reduce((sum, tally) => sum + tally.framed, 0);
  return { messages: done, framed: framed / Math.max(1, done), tallies: run.tallies, violations: run.violations };
}
