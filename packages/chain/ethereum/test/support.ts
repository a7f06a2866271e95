import { createSigning, systemPorts, type Params, type Private } from '@hb/connector-core';

import { ethereum, type Credentials, type Options } from '../src/index.js';

export type Asked = { readonly method: string; readonly params: readonly unknown[] };

/** What core hands to the functions of a chain. `answers` are results by method. */
export function account(
  answers: Readonly<Record<string, unknown>> = {},
  {
    credentials = {},
    options = {},
    environment = 'mainnet',
  }: {
    readonly credentials?: Credentials;
    readonly options?: Readonly<Record<string, unknown>>;
    readonly environment?: string;
  } = {},
): Private<Options, Credentials> & { readonly asked: readonly Asked[] } {
  const asked: Asked[] = [];
  return {
    asked,
    credentials,
    environment,
    options: ethereum.options(options),
    crypto: createSigning(systemPorts().crypto),
    host: (name) => `https://${name}.test`,
    market: () => undefined,
    height: () => undefined,
    now: () => 1_700_000_000_000,
    nonce: () => 1,
    call: async (_, body: Params, read) => {
      const method = String(body['method']);
      const params: readonly unknown[] = Array.isArray(body['params']) ? body['params'] : [];
      asked.push({ method, params });
      return read({ jsonrpc: '2.0', id: '1', result: answers[method] });
    },
  };
}
