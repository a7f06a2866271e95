import type { Clock } from '@hb/connector-core';

import type { PerpetualEngine } from '../engine/perpetual/types.js';
import type { Engine } from '../engine/types.js';
import { refuse } from './refusal.js';
import { asOf, perpetualAsOf, type EngineReads, type PerpetualReads } from './replica.js';

/** Something odd that a venue does, as data. Counted per behaviour, over the requests that go by its name. */
export type Behaviour = {
  /** A name of the route: `GET /api/v3/order`. */
  readonly at: string;
  /** The first request that it happens to, from 1; 1 when left out. */
  readonly nth?: number;
  /** How many in a row; all that follow when left out. */
  readonly times?: number;
} & (
  | {
      /** Reads answer as things stood this long ago. */
      readonly lagMs: number;
    }
  | {
      /** The answer; `acted`: the request was carried out all the same, its outcome is just not told. */
      readonly answer: { readonly status: number; readonly code: number | string; readonly message: string };
      readonly acted: boolean;
    }
);

/** What a venue was told to do otherwise. */
export interface Behaviours<R = EngineReads> {
  /** From now on the venue behaves so. Returns what ends it. */
  behave(behaviour: Behaviour): () => void;
  /** Runs a request with what is odd about it: reads that lag, or a refusal thrown before it or in place of its result. */
  perform<T>(names: readonly string[], run: (reads: R) => T): T;
}

/** A venue without behaviours answers every request as it should. */
export function createBehaviours({ engine, clock }: On<Engine>): Behaviours {
  return createFor<EngineReads>(clock, { now: engine, before: (at) => asOf(engine, at) });
}

/** The same where positions, margins and payments can lag too. */
export function createPerpetualBehaviours({ engine, clock }: On<PerpetualEngine>): Behaviours<PerpetualReads> {
  return createFor<PerpetualReads>(clock, { now: engine, before: (at) => perpetualAsOf(engine, at) });
}

type On<E> = { readonly engine: E; readonly clock: Clock };
type Reading<R> = { readonly now: R; readonly before: (at: number) => R };

function createFor<R>(clock: Clock, reads: Reading<R>): Behaviours<R> {
  const counts = new Map<Behaviour, number>();

  function strike(names: readonly string[]): readonly Behaviour[] {
    return [...counts].flatMap(([behaviour, count]) => {
      const { at, nth = 1, times = Infinity } = behaviour;
      if (!names.includes(at)) return [];
      counts.set(behaviour, count + 1);
      return count + 1 >= nth && count + 1 < nth + times ? [behaviour] : [];
    });
  }
  return {
    behave(behaviour) {
      counts.set(behaviour, 0);
      return () => counts.delete(behaviour);
    },
    perform(names, run) {
      const odd = strike(names);
      const lagging = odd.find((behaviour) => 'lagMs' in behaviour);
      const answered = odd.find((behaviour) => 'answer' in behaviour);
      if (answered?.acted === false) throw toRefusal(answered);
      const result = run(lagging === undefined ? reads.now : reads.before(clock.now() - lagging.lagMs));
      if (answered !== undefined) throw toRefusal(answered);
      return result;
    },
  };
}

function toRefusal({ answer: { status, code, message } }: Extract<Behaviour, { answer: object }>) {
  return refuse(code, message, status);
}
