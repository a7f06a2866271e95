import {
  createSigning,
  encodeJson,
  systemPorts,
  toUtf8,
  type Common,
  type Endpoint,
  type Params,
  type Private,
  type UnixMs,
} from '@hb/connector-core';

/** What a venue's function asked for. */
export type Asked = { readonly at: Endpoint['at']; readonly params: Params };

export type HandOutOptions<O, C> = {
  readonly spec: Pick<Common<O, C>, 'options'>;
  readonly credentials: C;
  /** The body of the answer by endpoint: `{ 'GET /api/v3/time': … }`; without one it is empty. */
  readonly answers?: Readonly<Record<string, unknown>> | undefined;
  /** The body of an answer, where it takes more than the endpoint to tell; before `answers`. */
  readonly answer?: (asked: Asked) => unknown;
  readonly options?: Readonly<Record<string, unknown>> | undefined;
  /** `live` when left out. */
  readonly environment?: string | undefined;
  /** Venue time. */
  readonly now: UnixMs;
};

/** What a venue's functions get, and what they asked for, oldest first. */
export type Handed<O, C> = Private<O, C> & {
  readonly asked: readonly Asked[];
  /** What answers read as from their bytes, where they can be read so: `undefined` for one that is left to the decoder. */
  readonly scanned: readonly unknown[];
};

/**
 * What core hands to the functions of an account, for tests that call them with payloads: nothing is sent, `answer` says what
 * comes back, and `asked` lists what they asked for. The host `public` is `wss://public.test`, every nonce is 1.
 */
export function handOut<O, C>(given: HandOutOptions<O, C>): Handed<O, C> {
  const { spec, credentials, answer, answers, options = {}, environment = 'live', now } = given;
  const asked: Asked[] = [];
  const scanned: unknown[] = [];
  return {
    asked,
    scanned,
    options: spec.options(options),
    environment,
    host: (name) => `wss://${name}.test`,
    market: () => undefined,
    height: () => undefined,
    now: () => now,
    nonce: () => 1,
    credentials,
    crypto: createSigning(systemPorts().crypto),
    call: async ({ at }, params, read) => {
      asked.push({ at, params });
      const told = answer?.({ at, params }) ?? answers?.[at];
      if (read.scan !== undefined) scanned.push(read.scan(toUtf8(encodeJson(told))));
      return read(told);
    },
  };
}
