import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

type Request = { readonly method: string; readonly params: readonly unknown[] };

/** A node in front of another one. */
export type Proxy = {
  readonly url: string;
  /** How often each method was asked for. */
  readonly asked: Map<string, number>;
  readonly stop: () => Promise<void>;
};

/** What it answers in the place of what the node behind it gave. */
export type Alter = (request: Request, result: unknown) => { readonly result: unknown } | { readonly error: object };

export async function startProxy(url: string, alter: Alter): Promise<Proxy> {
  const asked = new Map<string, number>();
  const server = createServer((incoming, outgoing) => {
    const chunks: Uint8Array[] = [];
    incoming.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    incoming.on('end', () => {
      void answer(Buffer.concat(chunks).toString()).then((body) => outgoing.end(body));
    });
  });
  const answer = async (body: string): Promise<string> => {
    const request: Request = JSON.parse(body);
    asked.set(request.method, (asked.get(request.method) ?? 0) + 1);
    const headers = { 'content-type': 'application/json' };
    const own: unknown = await (await fetch(url, { method: 'POST', headers, body })).json();
    const told = { jsonrpc: '2.0', id: 1 };
    if ('error' in Object(own)) return JSON.stringify(own);
    const result: unknown = Reflect.get(Object(own), 'result');
    return JSON.stringify({ ...told, ...alter(request, result) });
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${toPort(server.address())}`,
    asked,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function toPort(address: string | AddressInfo | null): number {
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
