import { defineChain, type ChainSpec } from '@hb/connector-core';
import * as v from 'valibot';

import { fetchApprovals } from './approvals.js';
import type { Call } from './call.js';
import * as confirm from './confirm.js';
import * as fees from './fees.js';
import { fetchBlockTime } from './logs.js';
import { environments, networks } from './networks.js';
import { Options } from './options.js';
import * as replace from './replace.js';
import { judge } from './rpc.js';
import * as send from './send.js';
import * as tokens from './tokens.js';

/** Ethereum and networks like it, over JSON-RPC. @see https://ethereum.org/en/developers/docs/apis/json-rpc */
export const ethereum: ChainSpec<Options, send.Credentials, Call, fees.Plan> = defineChain({
  specVersion: 'chain/1',
  id: 'ethereum',
  docs: 'https://ethereum.org/en/developers/docs/apis/json-rpc',
  environments,
  networks,
  options: v.parser(Options),
  credentials: {
    privateKey: { label: 'Private key, 64 hexadecimal digits', secret: true, optional: true },
    signer: { label: 'What signs without showing its key', secret: false, type: 'object', optional: true },
  },
  limits: () => ({}),
  judge,
  ...{ fetchHeight: confirm.fetchHeight, fetchBlockTime, fetchState: confirm.fetchState },
  ...{ fetchFee: fees.fetchFee, plan: fees.plan, mergePlans: fees.mergePlans },
  ...{ isStuck: replace.isStuck, planFaster: replace.planFaster, planCancel: replace.planCancel },
  ...{ wrap: tokens.wrap, unwrap: tokens.unwrap },
  ...{ toOwner: send.toOwner, fetchNonce: send.fetchNonce },
  ...{ signTransaction: send.signTransaction, broadcast: send.broadcast },
  ...{ fetchToken: tokens.fetchToken, fetchBalances: tokens.fetchBalances, fetchApprovals },
});

export type { Call } from './call.js';
export type { Plan } from './fees.js';
export type { Options } from './options.js';
export type { Credentials, HashSigner, Signer, TransactionSigner } from './send.js';
export { fetchPrice } from './fees.js';
export { fetchLogs, type PlacedLog } from './logs.js';
export { once } from './once.js';
export { ask, Hex } from './rpc.js';
export { readMany } from './tokens.js';
