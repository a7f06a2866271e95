import type { Clock } from '../ports/ports.js';
import type { DexConnector } from './connector.js';
import { createListeners } from './listeners.js';
import { repeat } from './repeat.js';

export type DexBlocksOptions = {
  readonly clock: Clock;
  /** How often blocks come. */
  readonly everyMs: number;
  /** `undefined` while it is not known. */
  readonly height: () => number | undefined;
  readonly onProblem: (error: unknown) => void;
};

/** The blocks as nodes tell of them, while somebody listens. */
export type DexBlocks = Pick<DexConnector, 'onBlock'> & { readonly start: () => void; readonly close: () => void };

/** After an outage no more than so many are told one by one. */
const mostMissed = 10_000;

/** All who listen hear the same. */
const everybody = 'blocks';

export function createDexBlocks({ clock, everyMs, height, onProblem }: DexBlocksOptions): DexBlocks {
  const listeners = createListeners<number>(onProblem);
  let told: number | undefined;
  let stop = (): void => undefined;

  const look = async (): Promise<void> => {
    const now = height();
    if (now === undefined || now === told) return;
    const first = told === undefined || now < told ? now : Math.max(told + 1, now - mostMissed + 1);
    told = now;
    for (let block = first; block <= now; block += 1) listeners.tell(everybody, block);
  };

  return {
    onBlock: (listener) => listeners.on(everybody, listener),
    start: () => {
      stop();
      stop = repeat(clock, everyMs, look);
    },
    close: () => {
      stop();
    },
  };
}
