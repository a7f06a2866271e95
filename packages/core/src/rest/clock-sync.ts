import { ConnectorError } from '../errors/connector-error.js';
import type { UnixMs } from '../model/market.js';
import type { Meter } from '../model/metrics.js';
import type { Clock } from '../ports/ports.js';

export type ClockSyncOptions = {
  readonly clock: Clock;
  /** Asks the venue for its time. */
  readonly fetchTime: () => Promise<UnixMs>;
  readonly meter: Meter;
  /** Spreads measurements: numbers in [0, 1). */
  readonly random: () => number;
};

export type ClockSync = {
  /** Venue time minus this machine's, in ms; 0 before the first measurement. */
  readonly offsetMs: () => number;
  /**
   * Venue time as a whole number. It runs on the monotonic clock, so a step of this machine's clock does not move it.
   * After a correction backwards of up to half a second it stands still until it is right; a larger one it takes at once,
   * since venues refuse times that lie ahead.
   */
  readonly now: () => UnixMs;
  /** Takes one sample. Rejects when the venue does not answer, or when its time is more than an hour from this machine's. */
  readonly measure: () => Promise<void>;
  /** Measures about every `everyMs` until `stop`; failures are counted and change nothing. Does not measure at once. */
  readonly start: (everyMs: number) => void;
  readonly stop: () => void;
};

/** Venue time at the monotonic time 0, true within `errorMs` when it was taken at `at`. */
type Sample = { readonly at: number; readonly epoch: number; readonly errorMs: number };

export function createClockSync({ clock, fetchTime, meter, random }: ClockSyncOptions): ClockSync {
  let samples: readonly Sample[] = [];
  // Short round trips win until they are old. All grow older alike, so that another wins only when one comes or goes.
  let best: Sample | undefined;
  let last = 0;
  // Wall time minus monotonic time: it moves when the wall clock is set, and when the machine was suspended.
  let gap = clock.now() - clock.mono();
  let measuring: Promise<void> | undefined;
  let cancel: (() => void) | undefined;

  function now(): UnixMs {
    const wall = clock.now();
    const mono = clock.mono();
    if (Math.abs(wall - mono - gap) >= jumpMs) takeJump(wall - mono);
    const time = Math.floor(best === undefined ? wall : best.epoch + mono);
    if (time >= last || last - time > longestHoldMs) last = time;
    return last;
  }

  function takeJump(seen: number): void {
    gap = seen;
    meter.count('clock.jump');
    if (cancel !== undefined) void tryMeasure();
  }

  function measure(): Promise<void> {
    measuring ??= takeSample().finally(() => {
      measuring = undefined;
    });
    return measuring;
  }

  async function takeSample(): Promise<void> {
    const sentAt = clock.mono();
    const time = await fetchTime();
    const at = clock.mono();
    const roundTripMs = at - sentAt;
    const sample = { at, epoch: time - (sentAt + at) / 2, errorMs: roundTripMs / 2 + resolutionMs };
    check(sample.epoch + at - clock.now());
    report(sample, roundTripMs);
    gap = clock.now() - at;
    samples = contradicts(sample, best) ? [sample] : [...samples.slice(1 - keptSamples), sample];
    best = samples.reduce((one, other) => (doubtMs(other, at) < doubtMs(one, at) ? other : one));
  }

  function report(sample: Sample, roundTripMs: number): void {
    const before = best;
    meter.gauge('clock.offset', sample.epoch + sample.at - clock.now());
    meter.time('clock.round-trip', roundTripMs);
    if (before !== undefined) meter.gauge('clock.drift', sample.epoch - before.epoch);
    if (contradicts(sample, before)) meter.count('clock.step');
  }

  async function tryMeasure(): Promise<void> {
    try {
      await measure();
    } catch {
      meter.count('clock.unmeasured');
    }
  }

  function start(everyMs: number): void {
    stop();
    const spread = everyMs * (0.9 + 0.2 * random());
    cancel = clock.at(clock.mono() + spread, () => {
      start(everyMs);
      void tryMeasure();
    });
  }

  function stop(): void {
    cancel?.();
    cancel = undefined;
  }

  return {
    offsetMs: () => (best === undefined ? 0 : best.epoch + clock.mono() - clock.now()),
    now,
    measure,
    start,
    stop,
  };
}

const keptSamples = 8;
const longestHoldMs = 500;
const jumpMs = 1_000;
const longestOffsetMs = 3_600_000;

// Venues tell whole milliseconds.
const resolutionMs = 1;

// How far two clocks may run apart: 50 parts in a million is a poor quartz.
const driftRate = 50e-6;

function doubtMs({ at, errorMs }: Sample, mono: number): number {
  return errorMs + (mono - at) * driftRate;
}

/** Whether both cannot be true: the venue's clock, or this machine's monotonic one, has stepped. */
function contradicts(sample: Sample, before: Sample | undefined): boolean {
  if (before === undefined) return false;
  return Math.abs(sample.epoch - before.epoch) > sample.errorMs + doubtMs(before, sample.at);
}

function check(offsetMs: number): void {
  if (Math.abs(offsetMs) <= longestOffsetMs) return;
  const problem = Number.isFinite(offsetMs)
    ? `the venue's time is ${Math.round(offsetMs / 60_000)} minutes from this machine's: set this machine's clock`
    : 'the venue did not say the time';
  throw new ConnectorError(problem, { kind: 'clock-skew', outcome: 'not-sent', operation: 'clock' });
}
