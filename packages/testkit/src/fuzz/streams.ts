import type { AnySimulationFixture } from '../simulation/fixture.js';
import type { Wire } from './mutate.js';
import { complain, draw, isSame, populate, stateOf, tallyOf, type FuzzRun } from './record.js';
import { openSession, type Session } from './session.js';

export type Portion = { readonly session: number; readonly count: number };

const batch = 50;
const encoder = new TextEncoder();

/** One connector, and `count` messages that it gets over its streams. */
export async function fuzzStreams<O, C, W>(
  fixture: AnySimulationFixture<O, C, W>,
  run: FuzzRun<O, C>,
  { session: number, count }: Portion,
): Promise<number> {
  const { random, corpus } = run;
  const session = await openSession({ fixture, seed: `streams ${number}`, isUnlimited: false, sees: corpus.add });
  await populate(session);
  let done = 0;
  while (done < count) {
    const open = await openStreams(session);
    if (open.length === 0) break;
    for (let index = 0; index < batch && done < count; index += 1) {
      const stream = random.pick(open);
      // A message may end its connection; the others of the batch go elsewhere.
      if (!session.streams().includes(stream)) continue;
      deliver(session, run, { stream, wire: draw(run, stream) });
      done += 1;
    }
    await session.clock.advance(random.integer(20, 400));
  }
  if (done < count) complain(run, { parser: 'connector', what: 'its streams do not come back' });
  for (const what of await session.end()) complain(run, { parser: 'connector', what });
  return done;
}

type Delivery = { readonly stream: string; readonly wire: Wire };

function deliver<O, C, W>(session: Session<O, C, W>, run: FuzzRun<O, C>, { stream, wire }: Delivery): void {
  const { last, forget, isScanned } = session.spy;
  const bytes = typeof wire === 'string' ? encoder.encode(wire) : wire;
  const isFast = isScanned(stream, bytes);
  const tally = tallyOf(run, stream);
  const violate = (what: string): void => complain(run, { parser: stream, what, message: wire });
  const before = stateOf(session);
  tally.messages += 1;
  forget();
  try {
    session.deliver(stream, bytes);
  } catch (error) {
    violate(`it throws past the door: ${String(error)}`);
  }
  const { frame, isParsed, problem } = last;
  if (isFast || (frame !== undefined && frame !== 'ignore')) tally.framed += 1;
  if (problem !== undefined) violate(`its parser gives what is not whole: ${problem}`);
  if (isParsed || isFast) tally.read += 1;
  else if (!isSame(before, stateOf(session))) violate('it was not read, and what the connector holds has changed');
}

/** Waits until every stream is open: one that a message has ended comes back after a pause. */
async function openStreams<O, C, W>({ clock, streams, spy }: Session<O, C, W>): Promise<readonly string[]> {
  for (let tries = 0; tries < 240 && streams().length < spy.streams(); tries += 1) await clock.advance(500);
  return streams();
}
