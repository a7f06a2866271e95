import type { HttpAnswer, HttpLimits, Ports, WsConnection } from '@hb/connector-core';

/** A request for `GET /path`, `POST /path?query body`. */
export function send(
  { http }: Pick<Ports, 'http'>,
  base: string,
  what: string,
  limits: Partial<HttpLimits> = {},
): Promise<HttpAnswer> {
  const [method = 'GET', path = '/', body = ''] = what.split(' ');
  const headers = { 'X-Agent': 'test' };
  const wire = { method, url: new URL(path, base), body, headers };
  return http.send(wire, { deadlineMs: 5000, maxBytes: 65_536, pool: 'data', ...limits });
}

/** `200 {"orderId":1}`. */
export function toText({ status, body }: HttpAnswer): string {
  return `${status} ${new TextDecoder().decode(body)}`;
}

export type Listening = {
  readonly connection: WsConnection;
  readonly heard: readonly string[];
  /** Resolves once that much was heard. */
  readonly until: (count: number) => Promise<void>;
};

/** A WebSocket that writes down what it hears: `open`, each message, `pong`, `close 1000 reason`. */
export function listenTo({ ws }: Pick<Ports, 'ws'>, url: string, maxBytes: number = 65_536): Listening {
  const heard: string[] = [];
  let waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  const hear = (what: string): void => {
    heard.push(what);
    for (const { count, resolve } of waiting) if (heard.length >= count) resolve();
    waiting = waiting.filter(({ count }) => count > heard.length);
  };
  const on = {
    open: () => hear('open'),
    frame: (bytes: Uint8Array) => hear(new TextDecoder().decode(bytes)),
    pong: () => hear('pong'),
    close: (code: number, reason: string) => hear(`close ${code} ${reason}`.trim()),
  };
  const until = (count: number): Promise<void> =>
    new Promise((resolve) => {
      if (heard.length >= count) resolve();
      else waiting.push({ count, resolve });
    });
  return { connection: ws.open(new URL(url), on, { maxBytes }), heard, until };
}
