import { decodeJson, type Crypto, type Look, type Stream } from '@hb/connector-core';

import type { TestedSpec } from './fixture.js';
import type { Message, Told } from './stream-tap.js';

/** What of a stream is needed to read it. */
type Readable<O> = Pick<Stream<Told['events'][number], never, O>, 'compression' | 'decode' | 'frame' | 'parse'>;

const encoder = new TextEncoder();
const mostBytes = 16 * 1_048_576;

/** Reads messages with the functions of the spec that will read them later. What they cannot read says nothing. */
export function createReader<O, C, W>(
  spec: TestedSpec<O, C, W>,
  { look, crypto }: { readonly look: Look<O>; readonly crypto: Crypto },
): (stream: string, message: Message) => Told {
  const streams: Readonly<Record<string, Readable<O>>> = { ...spec.market.feed.streams, ...spec.trading.feed.streams };
  return (name, message) => {
    const stream = streams[name];
    if (stream === undefined) return { stream: name, events: [] };
    try {
      const bytes = typeof message === 'string' ? encoder.encode(message) : message;
      const isPacked = stream.compression !== undefined && typeof message !== 'string';
      const plain = isPacked ? crypto.inflate(stream.compression, bytes, mostBytes) : bytes;
      const frame = stream.frame((stream.decode ?? decodeJson)(plain));
      if (frame.type === 'response') return { stream: name, events: [], answers: frame.id };
      return { stream: name, events: frame.type === 'data' ? stream.parse(frame.payload, look) : [] };
    } catch {
      return { stream: name, events: [] };
    }
  };
}
