import { paysInGt, toAccountJson } from './reports.js';
import { marketOf, type Route, type SignedCall } from './venue.js';

/** https://www.gate.com/docs/developers/apiv4/en/spot, https://www.gate.com/docs/developers/apiv4/en/account */
export const accountRoutes: readonly Route[] = [
  {
    names: ['GET /api/v4/spot/accounts'],
    run: ({ venue, reads, key, parameters }) =>
      reads
        .balances(key.account)
        .filter(({ asset }) => asset === (parameters.text('currency') ?? asset))
        .map((balance) => toAccountJson(venue, balance)),
  },
  { names: ['GET /api/v4/spot/fee', 'GET /api/v4/wallet/fee'], run: toOwnRates },
  {
    names: ['GET /api/v4/spot/batch_fee'],
    run: toRatesOf,
  },
  {
    names: ['GET /api/v4/account/detail'],
    run: () => ({
      ...{ user_id: 1_667_201_533, ip_whitelist: ['127.0.0.1'], currency_pairs: [], key: { mode: 1 } },
      ...{ tier: 0, copy_trading_role: 0 },
    }),
  },
];

function toOwnRates(call: SignedCall): object {
  return toRates(call);
}

function toRatesOf(call: SignedCall): object {
  const pairs = call.parameters.required('currency_pairs').split(',');
  return Object.fromEntries(pairs.map((id) => [marketOf(call, id).market.symbol, toRates(call, id)]));
}

function toRates({ venue, key }: SignedCall, id?: string): object {
  const { maker, taker } = venue.engine.fees(key.account);
  const inGt = paysInGt(venue, key.account);
  return {
    ...{ user_id: 10_001, taker_fee: taker, maker_fee: maker, gt_discount: inGt },
    ...{ gt_taker_fee: inGt ? taker : '0', gt_maker_fee: inGt ? maker : '0', loan_fee: '0.18', point_type: '1' },
    ...(id !== undefined && { currency_pair: id, debit_fee: 3 }),
  };
}
