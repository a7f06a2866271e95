import type { Socket } from 'node:net';

import type { Random } from '../random.js';
import { reset } from './reset.js';

/** What a line does to the bytes of a connection. Everything left out goes well. */
export type Trouble = {
  /** Towards the venue (`up`), towards the client (`down`), or both when left out. */
  readonly direction?: 'up' | 'down';
  /** Each way, plus up to `jitterMs`; bytes keep their order. */
  readonly latencyMs?: number;
  readonly jitterMs?: number;
  /** Passes at most this much, in small pieces. */
  readonly bytesPerSecond?: number;
  /** Breaks the connection after this many bytes of one direction: in the middle of a message. */
  readonly cutAfterBytes?: number;
  /** How it is broken; `end` closes it properly. `reset` when left out. */
  readonly cutWith?: 'reset' | 'end';
  /** Takes bytes and drops them: nothing arrives, nothing fails. */
  readonly blackhole?: boolean;
  /** Stops reading, so that the sender's buffers fill: a half-open connection. */
  readonly deaf?: boolean;
};

export type PipeOptions = {
  readonly from: Socket;
  readonly to: Socket;
  readonly direction: 'up' | 'down';
  readonly random: Random;
  /** As it stands now. */
  readonly trouble: () => Trouble;
};

type Piece = { readonly bytes: Buffer; readonly at: number };

/** More than this in flight, and the sender has to wait. */
const mostQueued = 1_048_576;
const tickMs = 10;

/** Carries one direction of a connection, with its troubles. */
export function createPipe({ from, to, direction, random, trouble }: PipeOptions): void {
  const queue: Piece[] = [];
  let nextDripAt = 0;
  let queued = 0;
  let received = 0;
  let last: 'reset' | 'end' | undefined;
  let timer: NodeJS.Timeout | undefined;

  function current(): Trouble {
    const now = trouble();
    return now.direction === undefined || now.direction === direction ? now : {};
  }
  function take(chunk: Buffer): void {
    const { blackhole, cutAfterBytes = Infinity, cutWith = 'reset', latencyMs = 0, jitterMs = 0 } = current();
    if (blackhole === true || last !== undefined) return;
    const bytes = chunk.subarray(0, Math.max(0, cutAfterBytes - received));
    received += chunk.length;
    if (bytes.length < chunk.length) last = cutWith;
    queue.push({ bytes, at: performance.now() + latencyMs + jitterMs * random.next() });
    queued += bytes.length;
    if (queued > mostQueued) from.pause();
    flush();
  }
  function flush(): void {
    while (timer === undefined) {
      const [next] = queue;
      if (next === undefined) {
        finish();
        return;
      }
      const waitMs = current().deaf === true ? tickMs : Math.max(next.at, nextDripAt) - performance.now();
      if (waitMs > 0) later(waitMs);
      else pass(next);
    }
  }
  function pass(next: Piece): void {
    const { bytesPerSecond } = current();
    const most =
      bytesPerSecond === undefined ? Infinity : random.integer(1, Math.ceil((bytesPerSecond * tickMs) / 500));
    const piece = next.bytes.subarray(0, most);
    queue.shift();
    if (piece.length < next.bytes.length) queue.unshift({ bytes: next.bytes.subarray(piece.length), at: next.at });
    queued -= piece.length;
    nextDripAt = bytesPerSecond === undefined ? 0 : performance.now() + tickMs;
    if (!to.destroyed) to.write(piece);
    if (queued < mostQueued / 2) from.resume();
  }
  function later(ms: number): void {
    timer = setTimeout(() => {
      timer = undefined;
      flush();
    }, ms);
  }
  /** What follows the last byte. */
  function finish(): void {
    if (last === 'end') to.end();
    else if (last === 'reset') breakBoth();
  }
  function breakBoth(): void {
    for (const socket of [from, to]) reset(socket);
  }

  from.on('data', take);
  from.on('end', () => {
    if (current().blackhole === true) return;
    last ??= 'end';
    flush();
  });
  from.on('error', () => reset(to));
  from.on('close', () => {
    clearTimeout(timer);
    queue.length = 0;
    if (!to.destroyed) to.destroySoon();
  });
}
