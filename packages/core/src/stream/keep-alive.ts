import { isConnectorError } from '../errors/connector-error.js';
import type { Meter } from '../model/metrics.js';
import type { Stream } from '../spec/stream.js';
import { inWords } from './failures.js';
import type { Timers } from './timers.js';

type KeepAliveOptions<P> = {
  readonly stream: Pick<Stream<never, P, never>, 'keepAlive'>;
  readonly api: P;
  readonly timers: Timers;
  readonly meter: Meter;
  /** The venue refused: the session it would keep alive is gone. */
  readonly refused: (reason: string) => void;
};

/** Runs the venue's `keepAlive` again and again; sooner after a failure that proves nothing. */
export function startKeepAlive<P>({ stream, api, timers, meter, refused }: KeepAliveOptions<P>): void {
  const { keepAlive } = stream;
  if (keepAlive === undefined) return;
  const { everyMs } = keepAlive;

  const run = async (): Promise<void> => {
    try {
      await keepAlive.run(api);
      schedule(everyMs);
    } catch (error) {
      meter.count('stream.keep-alive-failed');
      if (isConnectorError(error) && error.outcome === 'refused') refused(`keeping it alive: ${inWords(error)}`);
      else schedule(everyMs / 4);
    }
  };
  const schedule = (ms: number): void => {
    timers.after(ms, () => void run());
  };
  schedule(everyMs);
}
