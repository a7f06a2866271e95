import { decodeJson } from '../codec/json.js';
import type { UnixMs } from '../model/market.js';
import type { Frame } from '../spec/stream.js';
import type { StreamOptions } from './options.js';
import { createScan } from './scan.js';

/** What is not data: about the connection itself. */
export type ControlFrame = Exclude<Frame, { type: 'data' | 'ignore' }>;

/** What a connection does with the messages that are not data. */
type InboundHandlers = {
  readonly control: (frame: ControlFrame) => void;
  /** A number of the connection's own sequence is missing. */
  readonly gap: (reason: string) => void;
  /** A message inflates beyond the cap. */
  readonly tooLarge: (reason: string) => void;
  /** The topics a lost message can have been of, when they are known. */
  readonly suspects: () => readonly string[] | undefined;
};

/** Reads the messages of one connection, each with when it arrived by the monotonic clock. What is malformed is counted, reported and dropped. */
export function createInbound<E, P, O>(
  options: StreamOptions<E, P, O>,
  maxBytes: number,
  handlers: InboundHandlers,
): (bytes: Uint8Array, heardAt: number) => void {
  const { stream, look, meter, on } = options;
  const { clock, crypto } = options.ports;
  let sequence: number | undefined;
  let isFlushing = false;

  const inflate = (bytes: Uint8Array): Uint8Array | undefined => {
    if (stream.compression === undefined) return bytes;
    try {
      return crypto.inflate(stream.compression, bytes, maxBytes);
    } catch (error) {
      if (error instanceof RangeError) return undefined;
      // Venues that compress data send short answers as they are; what is neither fails to decode.
      return bytes;
    }
  };

  const follow = (next: number): void => {
    const last = sequence;
    sequence = next;
    if (last === undefined || next === last + 1) return;
    meter.count('stream.gap');
    handlers.gap(`message ${next} came after ${last}`);
  };

  const flush = (): void => {
    isFlushing = false;
    on.flush();
  };

  const tell = (events: readonly E[], receivedAt: UnixMs): void => {
    if (events.length === 0) return;
    on.events(events, receivedAt);
    if (isFlushing) return;
    isFlushing = true;
    clock.soon(flush);
  };

  const malformed = (error: unknown): void => {
    meter.count('stream.malformed');
    on.malformed(error, handlers.suspects());
  };

  const take = (frame: Frame, receivedAt: UnixMs): void => {
    if (frame.sequence !== undefined) follow(frame.sequence);
    if (frame.type === 'data') {
      tell(stream.parse(frame.payload, look), receivedAt);
    } else if (frame.type !== 'ignore') {
      handlers.control(frame);
    }
  };

  const scan = createScan(stream, on, meter);

  return (bytes, heardAt) => {
    meter.count('stream.message');
    const plain = inflate(bytes);
    if (plain === undefined) {
      const reason = `a message inflates to more than ${maxBytes} bytes`;
      malformed(new RangeError(reason));
      handlers.tooLarge(reason);
      return;
    }
    try {
      if (scan?.(plain, heardAt) === true) return;
      const receivedAt = clock.now();
      take(stream.frame(stream.decode === undefined ? decodeJson(plain) : stream.decode(plain)), receivedAt);
    } catch (error) {
      malformed(error);
    }
  };
}
