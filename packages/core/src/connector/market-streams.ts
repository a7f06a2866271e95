import type { ConnectorError } from '../errors/connector-error.js';
import type { BookScratch } from '../model/book-scratch.js';
import type { Meter } from '../model/metrics.js';
import type { Ports } from '../ports/ports.js';
import type { Look, Public } from '../spec/api.js';
import type { Answer, Verdict } from '../spec/endpoint.js';
import type { FundingReport } from '../model/position.js';
import type { MarketEvent } from '../spec/spot.js';
import type { StreamTopic } from '../spec/stream.js';
import { createStream, type StreamHandle } from '../stream/stream.js';
import type { Throttler } from '../throttler/throttler.js';
import type { AnyMarketSpec } from './any-spec.js';

export type MarketStreamsOptions<O, W> = {
  readonly spec: AnyMarketSpec<O, W>;
  readonly api: () => Public<O>;
  readonly look: Look<O>;
  readonly ports: Ports;
  readonly throttler: Throttler;
  /** What a response to a subscription means. */
  readonly judge: (answer: Answer) => Verdict | undefined;
  readonly meter: Meter;
  readonly on: MarketStreamsListener;
};

export type MarketStreamsListener = {
  readonly event: (event: MarketEvent | FundingReport) => void;
  /** An update of a book that was read from bytes; it is over when this returns. */
  readonly book: (update: BookScratch) => void;
  readonly up: (topic: StreamTopic) => void;
  readonly down: (topic: StreamTopic, reason: string) => void;
  readonly refused: (topic: StreamTopic, error: ConnectorError) => void;
  /** A message is lost. `topics` when it can only have been of these. */
  readonly malformed: (error: unknown, stream: string, topics: readonly StreamTopic[] | undefined) => void;
};

/** The public streams of a venue, each opened when the first of its topics is taken. */
export type MarketStreams = {
  readonly take: (topic: StreamTopic) => void;
  readonly leave: (topic: StreamTopic) => void;
  readonly close: () => void;
};

export function createMarketStreams<O, W>(options: MarketStreamsOptions<O, W>): MarketStreams {
  const { spec, on, look, ports, throttler, judge, meter } = options;
  const handles = new Map<string, StreamHandle>();

  const open = (name: string): StreamHandle => {
    const stream = spec.feed.streams?.[name];
    if (stream === undefined) throw new TypeError(`topic() names the stream ${name}, which is not in the feed`);
    const toTopics = (names: readonly string[]): readonly StreamTopic[] =>
      names.map((topic) => ({ stream: name, topic }));
    return createStream({
      name,
      stream,
      look,
      ports,
      throttler,
      judge,
      meter,
      api: options.api(),
      probe: 'silence',
      on: {
        events: (events) => {
          for (const event of events) on.event(event);
        },
        book: on.book,
        flush: () => undefined,
        up: (names) => {
          for (const topic of toTopics(names)) on.up(topic);
        },
        down: (names, reason) => {
          for (const topic of toTopics(names)) on.down(topic, reason);
        },
        malformed: (error, names) => {
          on.malformed(error, name, names && toTopics(names));
        },
        refused: (topic, error) => {
          on.refused({ stream: name, topic }, error);
        },
      },
    });
  };

  return {
    take: ({ stream, topic }) => {
      const handle = handles.get(stream) ?? open(stream);
      handles.set(stream, handle);
      handle.add([topic]);
    },
    leave: ({ stream, topic }) => {
      handles.get(stream)?.remove([topic]);
    },
    close: () => {
      for (const handle of handles.values()) handle.close();
      handles.clear();
    },
  };
}
