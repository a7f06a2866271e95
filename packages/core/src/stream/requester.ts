import type { Answer, Params } from '../spec/endpoint.js';
import { notSent } from './failures.js';
import type { StreamOptions, StreamRequestOptions } from './options.js';
import { toWire, type Outbox } from './outbox.js';
import type { Expected, Requests } from './requests.js';

export type Requester = (method: string, params: Params, options: StreamRequestOptions) => Promise<Answer>;

type RequesterOptions<E, P, O> = Pick<StreamOptions<E, P, O>, 'name' | 'stream' | 'api'> & {
  readonly requests: Requests;
  readonly outbox: Pick<Outbox, 'ready' | 'write'>;
  readonly nextId: () => string;
  readonly isLive: () => boolean;
};

const mostPending = 256;

/** Sends requests over one connection, each once. */
export function createRequester<E, P, O>(options: RequesterOptions<E, P, O>): Requester {
  const { name, stream, api, requests, outbox } = options;
  const build = stream.request;

  const send = async (
    expected: Expected,
    toMessage: () => ReturnType<NonNullable<typeof build>>,
    { lane = 'order', onSend }: StreamRequestOptions,
  ): Promise<void> => {
    try {
      // A turn first: a signature in the message would age while it waits.
      await outbox.ready(lane, expected.ended);
      const wire = toWire(await toMessage());
      if (expected.ended.aborted) return;
      onSend?.();
      expected.written();
      outbox.write(wire);
    } catch (error) {
      expected.fail(error);
    }
  };

  return async (method, params, wanted) => {
    const operation = `${name} ${method}`;
    const { deadlineMs, signal } = wanted;
    if (build === undefined) throw notSent(operation, 'unsupported', 'this stream takes no requests');
    if (signal?.aborted === true) throw notSent(operation, 'aborted', 'aborted; nothing was sent');
    if (!options.isLive()) throw notSent(operation, 'network', 'not connected; nothing was sent');
    if (requests.size() >= mostPending)
      throw notSent(operation, 'rate-limited', `${mostPending} requests are unanswered`);
    const id = options.nextId();
    const expected = requests.expect(id, { operation, deadlineMs, signal });
    void send(expected, () => build(api, method, params, id), wanted);
    return expected.answer;
  };
}
