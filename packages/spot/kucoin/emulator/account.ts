import type { ApiKey } from '@hb/connector-testkit';

import { invalid, open, own, trade, type Call, type Route, type SignedCall } from './venue.js';

const dayMs = 86_400_000;

/** Accounts, fees, tokens and the dead man's switch, in the order of the documentation. https://www.kucoin.com/docs-new/api-3470130 */
export const accountRoutes: readonly Route[] = [
  own('GET /api/v1/user/api-key', 20, ({ key }) => toKeyInfo(key), 'management'),
  own('GET /api/v1/hf/accounts/opened', 30, () => true),
  own('GET /api/v1/accounts', 5, listAccounts, 'management'),
  own('GET /api/v1/trade-fees', 3, listFees),
  open('POST /api/v1/bullet-public', 10, (call) => toToken(call, '/public', undefined)),
  own('POST /api/v1/bullet-private', 10, (call) => toToken(call, '/private', call.key.account)),
  trade('POST /api/v1/hf/orders/dead-cancel-all', 2, setDeadman),
  own('GET /api/v1/hf/orders/dead-cancel-all/query', 2, ({ venue, key }) => {
    const { end: _, ...set } = venue.deadmen.get(key.account) ?? { end: undefined };
    return { ...set, currentTime: toSeconds(venue.clock.now()) };
  }),
];

function toKeyInfo({ apiKey, canTrade, canWithdraw }: ApiKey): object {
  const permissions = ['General', ...(canTrade ? ['Spot'] : []), ...(canWithdraw ? ['Transfer'] : [])];
  const about = { remark: 'emulated', apiVersion: 3, ipWhitelist: '127.0.0.1', createdAt: 1729_000_000_000 };
  return { ...about, apiKey, permission: permissions.join(','), uid: 165_111_215, isMaster: true };
}

function listAccounts({ venue, reads, key, parameters }: SignedCall): readonly object[] {
  const [type, currency] = [parameters.text('type') ?? 'trade', parameters.text('currency')];
  // The older name of the account is taken still, as outside clients show.
  const balances = /^trade(?:_hf)?$/.test(type) ? reads.balances(key.account) : [];
  return balances
    .filter(({ asset }) => asset === (currency ?? asset))
    .map(({ asset, free, locked }, index) => {
      const amount = (units: bigint) => venue.engine.asset(asset).format(units);
      const sums = { balance: amount(free + locked), available: amount(free), holds: amount(locked) };
      return { id: String(548_674_591_753 + index), currency: asset, type, ...sums };
    });
}

function listFees({ venue, key, parameters }: SignedCall): readonly object[] {
  const symbols = parameters.required('symbols').split(',');
  if (symbols.length > 10) throw invalid('symbols: at most 10');
  const { maker: makerFeeRate, taker: takerFeeRate } = venue.engine.fees(key.account);
  return symbols.map((symbol) => ({ symbol, takerFeeRate, makerFeeRate }));
}

/** https://www.kucoin.com/docs-new/api-3470294 */
function toToken({ venue, host }: Call, path: string, account: string | undefined): object {
  const token = venue.newId();
  venue.tokens.set(token, { account, endsAt: venue.clock.now() + dayMs });
  const server = { encrypt: true, protocol: 'websocket', pingInterval: 18_000, pingTimeout: 10_000 };
  return { token, instanceServers: [{ endpoint: `ws://${host}${path}`, ...server }] };
}

/** https://www.kucoin.com/docs-new/api-3470173 */
function setDeadman({ venue, key, parameters }: SignedCall): object {
  const timeout = Number(parameters.required('timeout'));
  if (timeout !== -1 && !(timeout >= 5 && timeout <= 86_400)) throw invalid('timeout: -1, or 5 to 86400');
  venue.deadmen.get(key.account)?.end();
  venue.deadmen.delete(key.account);
  const currentTime = toSeconds(venue.clock.now());
  if (timeout === -1) return { currentTime, triggerTime: 0 };
  const symbols = parameters.text('symbols') ?? '';
  const end = venue.after(timeout * 1_000, () => {
    venue.deadmen.delete(key.account);
    for (const symbol of symbols === '' ? [undefined] : symbols.split(',')) venue.engine.cancelAll(key.account, symbol);
  });
  venue.deadmen.set(key.account, { timeout, symbols, triggerTime: currentTime + timeout, end });
  return { currentTime, triggerTime: currentTime + timeout };
}

function toSeconds(at: number): number {
  return Math.floor(at / 1_000);
}
