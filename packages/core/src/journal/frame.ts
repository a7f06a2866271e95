import { crc32c } from './crc32c.js';

/**
 * One record as bytes, all numbers little-endian:
 * payload length u32 | CRC-32C u32 of all but itself | version u8 | sequence u64 | payload.
 */
export type Frame = {
  /** Of its first byte in the file. */
  readonly offset: number;
  readonly version: number;
  readonly sequence: number;
  /** Only valid during the call. */
  readonly payload: Uint8Array;
};

/** Bytes that are no frame. */
export type Gap = { readonly offset: number; readonly bytes: number };

const longestPayload = 4 * 1_048_576;

/** What a frame takes beside its payload. */
export const headerBytes: number = 17;
const shortestPayload = 2;

export function toFrame({ version, sequence, payload }: Omit<Frame, 'offset'>): Uint8Array {
  if (payload.length > longestPayload) {
    throw new RangeError(`a record of ${payload.length} bytes: the journal takes up to ${longestPayload}`);
  }
  const bytes = new Uint8Array(headerBytes + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, payload.length, true);
  view.setUint8(8, version);
  view.setUint32(9, sequence % 2 ** 32, true);
  view.setUint32(13, Math.floor(sequence / 2 ** 32), true);
  bytes.set(payload, headerBytes);
  view.setUint32(4, checksum(bytes), true);
  return bytes;
}

/** Takes the bytes of a file in any pieces. `end` tells how many there were. */
export type FrameReader = { readonly push: (chunk: Uint8Array) => void; readonly end: () => number };

/**
 * Finds the frames in a file, also after bytes that are none: it looks for the next one at every offset.
 * Payloads are JSON text, which has no zero byte, while every length has one: no payload can hold what passes for a frame.
 */
export function createFrameReader(on: {
  readonly frame: (frame: Frame) => void;
  readonly gap: (gap: Gap) => void;
}): FrameReader {
  let bytes = new Uint8Array(0);
  /** Where `bytes` begins in the file. */
  let start = 0;
  let at = 0;
  let gapAt: number | undefined;

  const endGap = (): void => {
    if (gapAt !== undefined) on.gap({ offset: gapAt, bytes: start + at - gapAt });
    gapAt = undefined;
  };

  const read = (isWhole: boolean): void => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    while (bytes.length - at >= headerBytes) {
      const end = at + headerBytes + view.getUint32(at, true);
      const isPlausible = end - at >= headerBytes + shortestPayload && end - at <= headerBytes + longestPayload;
      if (isPlausible && end > bytes.length && !isWhole) return;
      const frame = isPlausible && end <= bytes.length ? bytes.subarray(at, end) : undefined;
      if (frame === undefined || view.getUint32(at + 4, true) !== checksum(frame)) {
        gapAt ??= start + at;
        at += 1;
        continue;
      }
      endGap();
      on.frame({
        offset: start + at,
        version: view.getUint8(at + 8),
        sequence: view.getUint32(at + 9, true) + view.getUint32(at + 13, true) * 2 ** 32,
        payload: frame.subarray(headerBytes),
      });
      at = end;
    }
  };

  return {
    push: (chunk) => {
      bytes = concat([bytes.subarray(at), chunk]);
      start += at;
      at = 0;
      read(false);
    },
    end: () => {
      read(true);
      if (at < bytes.length) gapAt ??= start + at;
      at = bytes.length;
      endGap();
      return start + at;
    },
  };
}

export function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function checksum(frame: Uint8Array): number {
  return crc32c(frame, { from: 8, before: crc32c(frame, { to: 4 }) });
}
