import type { SpecView } from './observe-spec.js';
import type { WorldOptions } from './stage.js';
import type { World } from './world.js';

/** Why a case does not run: something is still to be built, or the venue has no such thing, as this member of its spec says. */
export type CaseStatus = 'runs' | { readonly notYet: string } | { readonly notApplicable: string };

/** One demand on a connector. */
export type ConformanceCase = {
  /** `'17'` of the 39 standard cases, else a name such as `'gap-account-silence'`. */
  readonly id: string;
  /** What holds, as a sentence. */
  readonly title: string;
  /** Where the demand comes from: `'hummingbot §3.1'`, `'hummingbot §3.4'`, `'bad input'`. */
  readonly source: string;
  /** Where this asks for something else than the source does, and why. */
  readonly note?: string;
  readonly status: CaseStatus;
  /** Rejects with what does not hold. Resolves at once for a case that does not run. */
  readonly run: () => Promise<void>;
};

/** A case before it knows its venue. */
export type CaseDefinition = {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  readonly note?: string;
  readonly notYet?: string;
  /** The member of the spec that is absent, when the case means nothing without it. */
  readonly lacks?: (spec: SpecView) => string | undefined;
  readonly world?: WorldOptions;
  readonly run: (world: World) => Promise<void>;
};

/** What became of a case. */
export type ConformanceResult = {
  readonly case: ConformanceCase;
  readonly outcome: 'passed' | 'failed' | 'not yet' | 'not applicable';
  /** Why it failed, or what it waits for, or the member of the spec. */
  readonly why?: string;
  /** What a failed case rejected with. */
  readonly error?: unknown;
};
