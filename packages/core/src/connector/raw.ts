import { ConnectorError, type ErrorKind } from '../errors/connector-error.js';
import type { Public } from '../spec/api.js';
import type { Endpoint, Params } from '../spec/endpoint.js';

/** A request that is no order command. It says so, unless it is a GET: `{ at: 'POST /sapi/v1/asset/transfer', signed: true, lane: 'data' }`. */
export type RawEndpoint = Endpoint & { readonly lane?: 'data' } & (
    { readonly at: `GET ${string}` } | { readonly lane: 'data' }
  );

export type Raw = {
  /**
   * A signed and throttled request, and its answer with every number as text. The order and cancel lanes are refused, and so is
   * what may be an order because nothing says that it is none: orders are tracked, and go through `place`, `amend` and `cancel`.
   */
  call(at: RawEndpoint, params: Params): Promise<unknown>;
};

/** `toApi` gives what sends: signed where the endpoint asks for it. */
export function createRaw(id: string, toApi: (at: Endpoint) => Pick<Public<unknown>, 'call'>): Raw {
  return {
    call: async (at, params) => {
      check(id, at);
      return toApi(at).call(at, params, (json) => json);
    },
  };
}

/** Core cannot know every endpoint of a venue, so what is left out, or is no lane, is not taken for harmless. */
function check(id: string, endpoint: Partial<Endpoint> | undefined): void {
  const { at, lane } = endpoint ?? {};
  const refuse = (operation: string, kind: ErrorKind, message: string): ConnectorError =>
    new ConnectorError(message, { kind, outcome: 'not-sent', operation: `${id} ${operation}` });
  if (at === undefined || !/^((GET|POST|PUT|PATCH|DELETE) \/|RPC \S)/.test(at))
    throw refuse('raw', 'invalid-request', `at: ${JSON.stringify(at)} is no method and path, such as 'GET /time'`);
  const isData = lane === 'data' || (lane === undefined && at.startsWith('GET '));
  if (lane === 'order' || lane === 'cancel') throw refuse(at, 'unsupported', tracked);
  if (!isData) throw refuse(at, 'invalid-request', `it needs lane: 'data', which says that it is no order; ${tracked}`);
}

const tracked = 'orders go through place, amend and cancel, where they are tracked';
