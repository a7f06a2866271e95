import { TextDecoder, isDeepStrictEqual } from 'node:util';

import { createScanner, decodeJson } from '@hb/connector-core';

import { venues } from '../venues/memory-answers.mjs';
import { documents } from './documents.mjs';

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const numbers = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/**
 * Holds `count` documents against two oracles: the lossless decoder against JSON.parse, where numbers are their source
 * text, and each `scan`, of streams and of answers, against decoding and parsing. Returns counts; throws at the first
 * difference.
 */
export function compareDecoders({ seed, count, streams = withScan, answers = scannedAnswers }) {
  const counts = { documents: 0, valid: 0, scanned: 0, declined: 0 };
  const scanners = [
    ...streams.map((stream) => ({ scan: createScanner(stream.scan), parse: (bytes) => parseOne(stream, bytes) })),
    ...answers.map(({ read, judge }) => ({ scan: read.scan, parse: (bytes) => parseAnswer({ read, judge }, bytes) })),
  ];
  for (const bytes of documents(seed)) {
    if (counts.documents === count) return counts;
    counts.documents += 1;
    const expected = viaJsonParse(bytes);
    const decoded = attempt(() => ({ value: decodeJson(bytes) }));
    if (expected !== undefined) counts.valid += 1;
    if (!isSame(decoded, expected)) throw difference('decodeJson', bytes, seed, counts);
    for (const { scan, parse } of scanners) {
      const update = scan(bytes);
      if (update === undefined) {
        counts.declined += 1;
        continue;
      }
      counts.scanned += 1;
      const parsed = attempt(() => parse(bytes));
      if (!isDeepStrictEqual(parsed, [update])) throw difference('scan', bytes, seed, counts);
    }
  }
}

/** How many of the frames of a venue its `scan` leaves to the decoder; throws at the first that it reads differently. */
export function countDeclined(stream, frames) {
  const scan = createScanner(stream.scan);
  let declined = 0;
  for (const [index, bytes] of frames.entries()) {
    const update = scan(bytes);
    if (update === undefined) declined += 1;
    else if (!isDeepStrictEqual(parseOne(stream, bytes), [update])) {
      throw new Error(`scan differs at frame ${index}: ${bytes.toString('latin1')}`);
    }
  }
  return declined;
}

/** The connectors by id, and OKX's books. */
export const connectors = new Map(Object.entries(venues).map(([id, { spec }]) => [id, spec]));

/** Their streams of books, each of which has a fast way. */
export const withScan = [...connectors.values()].flatMap(({ market }) => [market.feed.streams.public]);

/** How each connector reads the answer with a book, where it asks for one. */
export const scannedAnswers = [...connectors.values()].flatMap(({ market, judge }) => {
  const reads = [];
  const call = (at, _params, read) => reads.push({ read, judge: (answer) => judge(answer, at) });
  market.fetchBook?.({ call }, { symbol: 'BTCUSDT' });
  return reads;
});

/** `undefined` for what is not JSON in UTF-8. The lossless decoder leaves `__proto__` out and stops at 64 levels. */
function viaJsonParse(bytes) {
  return attempt(() => {
    const text = strict.decode(bytes);
    JSON.parse(text);
    const quoted = text.replace(numbers, (part) => (part.startsWith('"') ? part : `"${part}"`));
    return { value: JSON.parse(quoted, (key, value) => (key === '__proto__' ? undefined : value)) };
  });
}

function isSame(decoded, expected) {
  if (decoded === undefined || expected === undefined) return decoded === expected;
  return isDeepStrictEqual(plain(decoded.value), expected.value);
}

/** Objects without the prototype that keeps `toString` and its like out of what is decoded. */
function plain(value) {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
}

function parseOne({ frame, parse }, bytes) {
  const read = frame(decodeJson(bytes));
  return read.type === 'data' ? parse(read.payload, {}) : [];
}

/** What the venue refuses is no book. */
function parseAnswer({ read, judge }, bytes) {
  const body = decodeJson(bytes);
  return judge({ status: 200, headers: new Map(), body }) === undefined ? [read(body)] : [];
}

function attempt(run) {
  try {
    return run();
  } catch {
    return undefined;
  }
}

function difference(what, bytes, seed, { documents: number }) {
  return new Error(
    `${what} differs at document ${number} of seed ${seed}: ${JSON.stringify(bytes.toString('latin1'))}`,
  );
}
