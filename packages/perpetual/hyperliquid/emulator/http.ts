import {
  createPerpetualBehaviours,
  createRouter,
  isRefusal,
  readObject,
  refuse,
  toJsonAnswer,
  type Behaviour,
  type VenueAnswer,
  type VenueRequest,
} from '@hb/connector-testkit';
import * as v from 'valibot';

import { accountInfos } from './account.js';
import { Action, countOf, perform } from './actions.js';
import { marketInfos } from './market-data.js';
import { createNonces } from './nonces.js';
import { malformed, type Venue } from './venue.js';

const router = createRouter([...marketInfos, ...accountInfos]);

/** The two endpoints. https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api */
export type Rest = {
  readonly answer: (request: VenueRequest) => VenueAnswer;
  /** By the type of a request, `orderStatus`, or of an action, `order`. Returns what ends it. */
  readonly behave: (behaviour: Behaviour) => () => void;
};

const Hex = v.pipe(v.string(), v.regex(/^0x[0-9a-fA-F]{1,64}$/));
const Address = v.pipe(v.string(), v.regex(/^0x[0-9a-fA-F]{40}$/));
const Envelope = v.object({
  action: v.looseObject({ type: v.string() }),
  nonce: v.pipe(v.string(), v.regex(/^\d{1,16}$/)),
  signature: v.object({ r: Hex, s: Hex, v: v.string() }),
  vaultAddress: v.nullish(Address),
  expiresAfter: v.optional(v.pipe(v.string(), v.regex(/^\d{1,16}$/))),
});

export function createRest(venue: Venue): Rest {
  const behaviours = createPerpetualBehaviours(venue);
  const nonces = createNonces();
  const { limits, authority, clock } = venue;

  function info({ body, address }: VenueRequest): unknown {
    const params = readObject(body);
    const route = typeof params?.['type'] === 'string' ? router.find(params['type'])?.route : undefined;
    if (params === undefined || route === undefined) throw malformed();
    limits.admit(address, route.weight);
    const result = behaviours.perform(route.names, (reads) => route.run({ venue, reads, params }));
    const rowsPerUnit = route.names[0] === 'candleSnapshot' ? 60 : 20;
    const isCounted = Array.isArray(result) && route.names[0] !== 'metaAndAssetCtxs';
    if (isCounted) limits.addRows(address, Math.floor(result.length / rowsPerUnit));
    return result;
  }
  /** Whose account it is. Throws the venue's refusal. */
  function authorize(body: string, sent: v.InferOutput<typeof Envelope>, action: Action): string {
    const isAsSigned = JSON.stringify(action) === JSON.stringify(sent.action);
    const signer = isAsSigned ? authority.signerOf(body, sent) : undefined;
    const known = signer && authority.accountOf(signer.master);
    if (signer === undefined || known === undefined) {
      const stranger = `0x${sent.signature.r.slice(2).padStart(64, '0').slice(0, 40).toLowerCase()}`;
      throw refuse('err', `User or API Wallet ${stranger} does not exist.`, 200);
    }
    nonces.use(signer.address, Number(sent.nonce), clock.now());
    if (sent.vaultAddress === undefined || sent.vaultAddress === null) return known;
    const vault = sent.vaultAddress.toLowerCase();
    const account = authority.isLeader(signer.master, vault) ? authority.accountOf(vault) : undefined;
    if (account === undefined) throw refuse('err', `Vault not registered: ${vault}`, 200);
    return account;
  }
  function exchange({ body, address }: VenueRequest): unknown {
    const sent = v.safeParse(Envelope, readObject(body));
    const action = sent.success ? v.safeParse(Action, sent.output.action) : undefined;
    if (!sent.success || action?.success !== true) throw malformed();
    const count = countOf(action.output);
    limits.admit(address, 1 + Math.floor(count / 40));
    return behaviours.perform([action.output.type], () => {
      const account = authorize(body, sent.output, action.output);
      const { expiresAfter } = sent.output;
      if (expiresAfter !== undefined && Number(expiresAfter) < clock.now()) {
        throw refuse('err', 'Action expired before it was executed.', 200);
      }
      limits.admitActions(account, count, 'cancels' in action.output);
      return { status: 'ok', response: perform(venue, account, action.output) };
    });
  }
  function run(request: VenueRequest): unknown {
    if (request.method !== 'POST') throw refuse(405, '', 405);
    if (request.path === '/info') return info(request);
    if (request.path === '/exchange') return exchange(request);
    throw refuse(404, '', 404);
  }
  return {
    answer: (request) => {
      try {
        return toJsonAnswer(200, run(request), { 'content-type': 'application/json' });
      } catch (error) {
        if (!isRefusal(error)) throw error;
        if (error.status === 200) return toJsonAnswer(200, { status: 'err', response: error.message }, {});
        return { status: error.status, headers: { 'content-type': 'text/plain' }, body: error.message };
      }
    },
    behave: (behaviour) => behaviours.behave(behaviour),
  };
}
