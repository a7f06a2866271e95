import {
  ConnectorError,
  type ErrorKind,
  type Http,
  type HttpAnswer,
  type HttpLimits,
  type Outcome,
  type WireRequest,
} from '@hb/connector-core';

import type { Cut, VenueAnswer, VenueRequest } from '../venue.js';
import type { Wires } from './network.js';
import { inflateBody } from './node-inflate.js';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Requests in memory. The same errors as on sockets: `not-sent` before the venue is reached, `unknown` after. */
export function createMemoryHttp(wires: Wires): Http {
  let requests = 0;
  return {
    send: (request, limits) => {
      requests += 1;
      return exchange(wires, `http ${requests}`, { request, limits });
    },
  };
}

type Call = { readonly request: WireRequest; readonly limits: HttpLimits };

function exchange(wires: Wires, id: string, { request, limits }: Call): Promise<HttpAnswer> {
  const { clock, trace } = wires;
  const { url } = request;
  const { signal, deadlineMs, maxBytes } = limits;
  const latency = wires.latencyOf(id);
  const venue = wires.venueOf(url);

  return new Promise((resolve, reject) => {
    const timers = new Set<() => void>();
    let isOver = false;

    function after(ms: number, run: () => void): void {
      timers.add(clock.at(clock.mono() + ms, run));
    }
    function end(): boolean {
      if (isOver) return false;
      isOver = true;
      for (const cancel of timers) cancel();
      signal?.removeEventListener('abort', onAbort);
      return true;
    }
    function fail(kind: ErrorKind, outcome: Outcome, problem: string): void {
      if (!end()) return;
      trace(id, `failed: ${problem}`);
      const operation = `${request.method} ${url.protocol}//${url.host}${url.pathname}`;
      reject(new ConnectorError(problem, { kind, outcome, operation }));
    }
    function onAbort(): void {
      fail('aborted', 'unknown', 'aborted');
    }
    function onAnswer(answer: VenueAnswer | Cut): void {
      if (isOver) return;
      if (!('cut' in answer)) after(latency(), () => receive(answer));
      else if (answer.cut !== 'silence') after(latency(), () => onCut(answer.cut === 'refused'));
    }
    function onCut(isRefused: boolean): void {
      if (isRefused) fail('network', 'not-sent', `${url.host} refused the connection`);
      else fail('network', 'unknown', `${url.host} closed the connection`);
    }
    /** What a venue throws is a mistake in the venue: it stops the clock. */
    function onMistake(error: unknown): void {
      clock.at(clock.mono(), () => {
        throw error;
      });
    }
    function receive(answer: VenueAnswer): void {
      trace(id, `${answer.status} ${toText(answer.body)}`);
      try {
        const received = toAnswer(answer, maxBytes);
        if (end()) resolve(received);
      } catch (error) {
        fail('bad-response', 'unknown', error instanceof Error ? error.message : 'failed');
      }
    }

    if (signal?.aborted === true) {
      fail('aborted', 'not-sent', 'aborted');
      return;
    }
    if (venue === undefined) {
      fail('network', 'not-sent', `no venue answers for ${url.host}`);
      return;
    }
    signal?.addEventListener('abort', onAbort);
    after(deadlineMs, () => fail('network', 'unknown', `${url.host} did not answer within ${deadlineMs} ms`));
    clock.at(clock.mono() + latency(), () => {
      trace(id, `${request.method} ${url.pathname}${url.search}${request.body === '' ? '' : ` ${request.body}`}`);
      const answer = venue.http(toVenueRequest(request, wires.address));
      if (answer instanceof Promise) answer.then(onAnswer, onMistake);
      else onAnswer(answer);
    });
  });
}

function toVenueRequest({ method, url, body, headers }: WireRequest, address: string): VenueRequest {
  return {
    method,
    path: url.pathname,
    query: url.search.slice(1),
    headers: toHeaders({ host: url.host, ...headers }),
    body,
    address,
  };
}

function toAnswer({ status, headers, body }: VenueAnswer, maxBytes: number): HttpAnswer {
  const bytes = typeof body === 'string' ? encoder.encode(body) : body;
  if (bytes.length > maxBytes) throw new Error(`an answer of more than ${maxBytes} bytes`);
  const received = toHeaders({ ...headers, 'content-length': String(bytes.length) });
  return { status, headers: received, body: inflateBody(received.get('content-encoding'), bytes, maxBytes) };
}

/** With names in lower case. */
export function toHeaders(headers: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function toText(body: string | Uint8Array): string {
  return typeof body === 'string' ? body : decoder.decode(body);
}
