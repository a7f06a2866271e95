import type { UnixMs } from '../model/market.js';
import type { Ports } from './ports.js';
import { scrubPayload, scrubUrl } from './scrub.js';
import type { Scrubbing } from './scrub.js';

/** Where fixtures go, and what is left out of them. */
export type RecorderOptions = Partial<Scrubbing> & {
  /** Where fixtures go, by the disk port. */
  readonly folder: string;
  readonly now: () => UnixMs;
};

/**
 * The same ports, which write each answer and each websocket message to a file of its own:
 * `{ "source": "GET https://…/depth?symbol=BTCUSDT", "recorded": "2026-11-22", "payload": "…" }`, the payload as its text.
 * Of requests only the method, the path and harmless parts of the query are written; headers and what is sent never.
 * Payloads are scrubbed of `secrets`, of e-mail addresses and of the values of telling members, such as `apiKey` and `uid`.
 * Read a fixture before you share it. What is neither text nor gzip, and all beyond 10,000 files, is not recorded.
 */
export function recordFixtures(ports: Ports, { folder, now, secrets = [], names = [] }: RecorderOptions): Ports {
  const scrubbing = { secrets, names };
  let written = 0;

  function write(name: string, source: string, bytes: Uint8Array): void {
    if (written === mostFiles) return;
    const text = toText(ports, bytes);
    if (text === undefined) {
      ports.log('warn', 'recorder.not-text', { source, bytes: bytes.length });
      return;
    }
    written += 1;
    const at = now();
    const fixture = { source, recorded: toDate(at), payload: scrubPayload(text, scrubbing) };
    const file = `${folder}/${name}.${at}-${written}.json`;
    ports.disk.append(file, new TextEncoder().encode(`${JSON.stringify(fixture, undefined, 2)}\n`));
    ports.disk.sync(file).catch((error: unknown) => {
      ports.log('error', 'recorder.failed', { file, reason: error instanceof Error ? error.message : 'failed' });
    });
  }

  return {
    ...ports,
    http: {
      send: async (request, limits) => {
        const answer = await ports.http.send(request, limits);
        const url = scrubUrl(request.url, scrubbing);
        write(`rest.${toName(`${request.method} ${new URL(url).pathname}`)}`, `${request.method} ${url}`, answer.body);
        return answer;
      },
    },
    ws: {
      open: (url, on, limits) => {
        const source = scrubUrl(url, scrubbing);
        const name = `ws.${toName(url.hostname)}`;
        const frame = (bytes: Uint8Array): void => {
          write(name, source, bytes);
          on.frame(bytes);
        };
        return ports.ws.open(url, { ...on, frame }, limits);
      },
    },
  };
}

const mostFiles = 10_000;
const longestBytes = 64 * 1_048_576;

/** What nobody can read nobody can scrub. */
function toText({ crypto }: Ports, bytes: Uint8Array): string | undefined {
  try {
    const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
    const plain = isGzip ? crypto.inflate('gzip', bytes, longestBytes) : bytes;
    return new TextDecoder('utf-8', { fatal: true }).decode(plain);
  } catch {
    return undefined;
  }
}

/** `GET /api/v3/depth` as `get-api-v3-depth`. */
function toName(text: string): string {
  const words = text.toLowerCase().match(/[a-z\d]+/g) ?? [];
  return words.join('-').slice(0, 80);
}

/** `2026-11-22`. Years are counted from March, so that the leap day is the last day of its year. */
function toDate(at: UnixMs): string {
  const day = Math.floor(at / 86_400_000) + 719_468;
  const era = Math.floor(day / 146_097);
  const dayOfEra = day - era * 146_097;
  const leapDays = Math.floor(dayOfEra / 1_460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  const year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0);
  const date = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  return [year, ...[month, date].map((part) => String(part).padStart(2, '0'))].join('-');
}
