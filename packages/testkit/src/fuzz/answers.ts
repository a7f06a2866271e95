import { isConnectorError, type ConnectorError, type HttpAnswer, type WireRequest } from '@hb/connector-core';

import type { AnySimulationFixture } from '../simulation/fixture.js';
import type { Wire } from './mutate.js';
import { complain, draw, isSame, populate, stateOf, tallyOf, type FuzzRun } from './record.js';
import { noAnswer, openSession, type Session } from './session.js';
import type { Portion } from './streams.js';
import { problemIn, type Kind } from './whole.js';

const batch = 50;
const mostRequests = 40;
/** Long enough for what answers have held back: a venue's ban. */
const betweenMs = 5_000;
const errorStatuses = [400, 401, 403, 404, 409, 500, 502, 503] as const;
const limitStatuses = [418, 429] as const;
const commands: ReadonlySet<Kind> = new Set(['place', 'cancel', 'amend', 'cancelAll']);
/** How core says that a body is not JSON. */
const undecoded = /HTTP \d+, \d+ bytes of/;
const encoder = new TextEncoder();

/** One connector, and about `count` answers to requests that the venue's functions make. */
export async function fuzzAnswers<O, C, W>(
  fixture: AnySimulationFixture<O, C, W>,
  run: FuzzRun<O, C>,
  { session: number, count }: Portion,
): Promise<number> {
  const { random, corpus, readings } = run;
  const session = await openSession({ fixture, seed: `answers ${number}`, isUnlimited: true, sees: corpus.add });
  await populate(session);
  const kinds = [...readings.keys()];
  let done = 0;
  while (done < count) {
    for (let index = 0; index < batch && done < count; index += 1) done += await ask(session, run, random.pick(kinds));
    await session.clock.advance(betweenMs);
  }
  for (const what of await session.end()) complain(run, { parser: 'connector', what });
  return done;
}

/** Calls one of the venue's functions and answers its requests. Returns how many answers that took. */
async function ask<O, C, W>(session: Session<O, C, W>, run: FuzzRun<O, C>, kind: Kind): Promise<number> {
  const { spy, clock } = session;
  const [reading, api] = [run.readings.get(kind), spy.api()];
  if (reading === undefined || api === undefined) throw new RangeError(`${kind} was never called`);
  const tally = tallyOf(run, kind);
  const sent: Wire[] = [];
  const answer = (request: WireRequest): HttpAnswer => {
    if (sent.length >= mostRequests) throw noAnswer(kind);
    const { wire, ...drawn } = drawAnswer(run, session.placeOf(request));
    sent.push(wire);
    return drawn;
  };
  const violate = (what: string): void => complain(run, { parser: kind, what, message: sent.at(-1) ?? '' });
  const [before, startedAt] = [stateOf(session), clock.mono()];
  // Time passes when the venue seems to have banned us; then the connector asks of its own accord.
  const isAlone = (): boolean => clock.mono() === startedAt;
  const isUnsent = ({ outcome }: ConnectorError): boolean => commands.has(kind) && outcome === 'not-sent';
  spy.forget();
  try {
    const value = await session.answering(answer, () => clock.run(reading(api), 3_600_000));
    const problem = problemIn(kind, value);
    if (problem !== undefined) violate(`it gives what is not whole: ${problem}`);
    tally.framed += sent.length;
    tally.read += sent.length;
  } catch (error) {
    if (!isConnectorError(error)) violate(`it throws what is no ConnectorError: ${String(error)}`);
    else if (isUnsent(error) && sent.length > 0 && isAlone()) violate('it says that nothing was sent');
    else if (!undecoded.test(error.message)) tally.framed += sent.length;
  }
  tally.messages += sent.length;
  if (spy.last.problem !== undefined && isAlone()) violate(spy.last.problem);
  if (sent.length >= mostRequests) violate(`it made ${mostRequests} requests and would go on`);
  if (isAlone() && !isSame(before, stateOf(session))) violate('asking changed what the connector holds');
  return sent.length;
}

function drawAnswer<O, C>(run: FuzzRun<O, C>, place: string): HttpAnswer & { readonly wire: Wire } {
  const { random, corpus, mutator } = run;
  const isRefusal = random.chance(0.12);
  const wire =
    isRefusal && random.chance(0.5) ? mutator.mutate(corpus.pick('refusals', random) ?? '{}') : draw(run, place);
  const refusal = random.chance(0.02) ? random.pick(limitStatuses) : random.pick(errorStatuses);
  const body = typeof wire === 'string' ? encoder.encode(wire) : wire;
  return { status: isRefusal ? refusal : 200, headers: new Map(), body, wire };
}
