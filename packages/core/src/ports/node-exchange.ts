import { Buffer } from 'node:buffer';
import { promisify } from 'node:util';
import { gunzip, inflate, inflateRaw } from 'node:zlib';

import type { Dispatcher, Pool } from 'undici';

import { ConnectorError } from '../errors/connector-error.js';
import type { ErrorKind } from '../errors/connector-error.js';
import type { HttpAnswer, HttpLimits, WireRequest } from './ports.js';

/** The connections to one host that one kind of request goes over. */
export type Line = {
  readonly pool: Pool;
  /**
   * Of the latest order, long after its answer too: a full collection that finds nothing of a shape makes the engine forget
   * the shape and the machine code for it, and all that a client makes for a request would be gone between two orders.
   */
  latest: Parts | undefined;
};

/** What an exchange is given on its way. */
type Parts = {
  controller: Dispatcher.DispatchController | undefined;
  watching: NodeJS.Immediate | undefined;
  timer: NodeJS.Timeout | undefined;
};

/**
 * One request and its answer. Its outcome is `not-sent` until the pool takes a connection for it, just before the first byte;
 * from then on it is `unknown`. After a failure nothing is written.
 */
export function exchange(line: Line, request: WireRequest, limits: HttpLimits): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const { host } = request.url;
    const { deadlineMs, signal } = limits;
    const body = createBody(limits.maxBytes);
    const parts: Parts = { controller: undefined, watching: undefined, timer: undefined };
    let ended = false;
    // Whole milliseconds: the process keeps timers of the same duration in one list.
    const ms = Math.ceil(deadlineMs);

    // In the next turn, when the request usually has been written: neither can tell anything new before, and both take their time.
    function watch(): void {
      if (ended) return;
      parts.timer = setTimeout(() => fail('network', `${host} did not answer within ${deadlineMs} ms`), ms);
      signal?.addEventListener('abort', onAbort);
      if (signal?.aborted === true) onAbort();
    }
    function end(): boolean {
      if (ended) return false;
      ended = true;
      clearTimeout(parts.timer);
      signal?.removeEventListener('abort', onAbort);
      return true;
    }
    function fail(kind: ErrorKind, problem: string): void {
      if (!end()) return;
      const operation = `${request.method} ${request.url.protocol}//${host}${request.url.pathname}`;
      const outcome = parts.controller === undefined ? 'not-sent' : 'unknown';
      reject(new ConnectorError(problem, { kind, outcome, operation }));
      parts.controller?.abort(new Error(problem));
    }
    function onAbort(): void {
      fail('aborted', 'aborted');
    }
    function onStart(controller: Dispatcher.DispatchController): void {
      if (signal?.aborted === true) onAbort();
      const isFirst = parts.controller === undefined && !ended;
      parts.controller ??= controller;
      if (isFirst) return;
      // Given up while it waited for a connection, or started a second time: either way not another byte.
      controller.abort(new Error('given up'));
      fail('network', `${host} closed the connection`);
    }
    function accept(fits: boolean): void {
      if (!fits) fail('bad-response', `an answer of more than ${limits.maxBytes} bytes`);
    }
    function onEnd(): void {
      body.read().then(
        (answer) => end() && resolve(answer),
        (error: unknown) => fail('bad-response', describe(error)),
      );
    }

    if (signal?.aborted === true) {
      onAbort();
      return;
    }
    if (limits.pool === 'orders') line.latest = parts;
    try {
      line.pool.dispatch(toDispatch(request), {
        onRequestStart: onStart,
        onResponseStart: (_, status, headers) => accept(body.start(status, headers)),
        onResponseData: (_, chunk) => accept(body.add(chunk)),
        onResponseEnd: onEnd,
        onResponseError: (_, error) => fail('network', `${host}: ${describe(error)}`),
      });
    } catch (error) {
      fail('invalid-request', describe(error));
    }
    parts.watching = setImmediate(watch);
  });
}

type RawHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Collects an answer; `start` and `add` say whether it is still within the limit. */
type Body = {
  readonly start: (status: number, headers: RawHeaders) => boolean;
  readonly add: (chunk: Uint8Array) => boolean;
  readonly read: () => Promise<HttpAnswer>;
};

function createBody(maxBytes: number): Body {
  const chunks: Uint8Array[] = [];
  let received = 0;
  let head: Omit<HttpAnswer, 'body'> = { status: 0, headers: new Map() };
  return {
    start: (status, raw) => {
      head = { status, headers: toHeaders(raw) };
      return !(Number(head.headers.get('content-length')) > maxBytes);
    },
    add: (chunk) => {
      received += chunk.length;
      if (received <= maxBytes) chunks.push(chunk);
      return received <= maxBytes;
    },
    read: async () => {
      const encoding = head.headers.get('content-encoding');
      const body = await decompress(encoding, Buffer.concat(chunks), maxBytes);
      return { status: head.status, headers: head.headers, body };
    },
  };
}

function toDispatch({ method, url, body, headers }: WireRequest): Dispatcher.DispatchOptions {
  return {
    path: url.pathname + url.search,
    method,
    headers: { 'accept-encoding': 'gzip, deflate', 'user-agent': 'hb-connector', ...headers },
    body: body === '' ? null : body,
  };
}

function toHeaders(raw: RawHeaders): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(raw)) {
    if (value !== undefined) headers.set(name.toLowerCase(), typeof value === 'string' ? value : value.join(', '));
  }
  return headers;
}

const decoders = { gzip: promisify(gunzip), deflate: promisify(inflate), raw: promisify(inflateRaw) } as const;

/** The body without its compression. More than one layer, or another kind, was not asked for and is refused. */
async function decompress(encoding: string | undefined, body: Buffer, maxBytes: number): Promise<Uint8Array> {
  const kind = (encoding ?? 'identity').trim().toLowerCase();
  if (kind === 'identity' || kind === '' || body.length === 0) return body;
  if (kind !== 'gzip' && kind !== 'deflate') throw new Error(`a body in ${JSON.stringify(kind.slice(0, 40))}`);
  // Some servers send deflate without the zlib header that it should have.
  const isRaw = kind === 'deflate' && ((body[0] ?? 0) & 15) !== 8;
  try {
    return await decoders[isRaw ? 'raw' : kind](body, { maxOutputLength: maxBytes });
  } catch (cause) {
    if (cause instanceof RangeError)
      throw new Error(`an answer of more than ${maxBytes} bytes when inflated`, { cause });
    throw new Error(`a body that is not ${kind}`, { cause });
  }
}

/** What failed, as text alone: errors of sockets hold certificates and addresses, and some have an empty message. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'failed';
  const { message } = error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (message === '') return code;
  return message.includes(code) ? message : `${message} (${code})`;
}
