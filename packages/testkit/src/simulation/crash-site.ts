import { isConnectorError } from '@hb/connector-core';

import { createRandom } from '../random.js';
import type { Crash } from './host.js';
import type { PlannedFault } from './plan.js';
import type { Site } from './site.js';
import type { World } from './world.js';

type CrashSite = Pick<
  Site,
  | 'crashAt'
  | 'crashWhenTold'
  | 'crashInStart'
  | 'secondProcess'
  | 'throwInListeners'
  | 'restoreOldJournal'
  | 'damageJournal'
  | 'failDisk'
  | 'slowDisk'
  | 'lockDisk'
>;

export type CrashSiteParts = { readonly world: World; readonly now: number; readonly struck: () => void };

/** Crashes, and what is wrong with a disk. */
export function createCrashSite({ world, now, struck }: CrashSiteParts): CrashSite {
  const { clock, host, processes, history } = world;

  const span = ({ at, forMs }: PlannedFault) => ({ from: now + at, until: now + at + forMs });
  const isIn = (when: PlannedFault): boolean => clock.mono() >= span(when).from && clock.mono() < span(when).until;
  const at = (when: PlannedFault, run: () => void): void => void clock.at(now + when.at, run);
  /** With `os`, a power cut may take what was told: that is what it is allowed to lose. */
  const howOf = ({ variant = 0 }: PlannedFault): Crash =>
    variant % 2 === 0 && world.durability === 'fsync' ? 'power' : 'kill';
  const crash = (when: PlannedFault, downMs = when.ms ?? 0): boolean => {
    const isDone = processes.crash(howOf(when), downMs);
    if (isDone) struck();
    return isDone;
  };
  const lose = (): void => {
    history.isRecordLost = true;
    struck();
  };

  return {
    crashAt: (when, moment, what) => {
      host.trap(span(when), moment, what, () => crash(when));
    },
    crashWhenTold: (when) => {
      let left = 1;
      world.onTold((event) => {
        if (left > 0 && isIn(when) && 'order' in event && crash(when)) left -= 1;
      });
    },
    crashInStart: (when) => {
      let left = when.times ?? 1;
      processes.onBegin(() => {
        if (left === 0 || !isIn(when)) return;
        left -= 1;
        clock.at(clock.mono() + (when.ms ?? 0), () => crash(when, 100));
      });
      at(when, () => processes.crash(howOf(when), 0));
    },
    secondProcess: (when) => {
      at(when, () => {
        const second = processes.beginAnother();
        second?.catch((error: unknown) => {
          if (isConnectorError(error) && error.outcome === 'not-sent') struck();
        });
        second?.then(
          () => world.violate('JNL', 'two processes have the same journal'),
          () => undefined,
        );
      });
    },
    throwInListeners: (when) => {
      world.onTold(() => {
        if (!isIn(when)) return;
        struck();
        throw new Error('a listener of the script throws');
      });
    },
    restoreOldJournal: (when) => {
      at(when, () => {
        const files = host.files();
        clock.at(clock.mono() + (when.ms ?? 0), () => {
          if (!processes.crash('kill', 1_000)) return;
          host.replaceFiles(files);
          lose();
        });
      });
    },
    damageJournal: (when) => {
      at(when, () => {
        if (!processes.crash('kill', when.ms ?? 0)) return;
        host.replaceFiles(spoil(host.files(), when));
        lose();
      });
    },
    failDisk: (when, problem) => {
      host.failDisk(span(when), problem, () => {
        lose();
        const restart = (): boolean => (howOf(when) === 'power' ? processes.crash('kill', 100) : processes.stop(100));
        clock.at(span(when).until, restart);
      });
    },
    slowDisk: (when) => {
      host.slowDisk(span(when), when.ms ?? 0, struck);
    },
    lockDisk: (when) => {
      host.lockDisk(span(when), struck);
      at(when, () => processes.stop(0));
    },
  };
}

/** Overwrites eight bytes of each file. */
function spoil(files: ReadonlyMap<string, Uint8Array>, { at, variant = 0 }: PlannedFault): Map<string, Uint8Array> {
  const random = createRandom(`spoil ${at} ${variant}`);
  return new Map(
    [...files].map(([path, bytes]) => {
      const spoiled = bytes.slice();
      const from = random.integer(0, Math.max(0, bytes.length - 8));
      for (let index = from; index < Math.min(from + 8, bytes.length); index += 1) spoiled[index] = 255;
      return [path, spoiled];
    }),
  );
}
