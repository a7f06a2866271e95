import { decimal, defineSpotConnector, one, toText, toUtf8 } from '../../src/index.js';
import type { AccountEvent, Balances, Decimal, Fill, OrderReport, Private, SpotSpec } from '../../src/index.js';
import { at, list, text } from './support/read.js';
import { common, idle, rules, unwatched, type Key } from './support/spec.js';

/** What an account, and each object it owns, keeps back, in drops: https://xrpl.org/docs/concepts/accounts/reserves */
const baseReserve = decimal('1000000');
const ownerReserve = decimal('200000');
const dropsPerXrp = decimal('1000000');
/** Seconds from 1970 to the epoch of the ledger. */
const rippleEpoch = 946_684_800;

type Wire = { readonly issuer: string };
type Api = Private<object, Key>;

/** The XRP Ledger's exchange: no private stream, an order is known by the account's sequence before it is sent, issuers on the wire. */
export const xrpl: SpotSpec<object, Key, Wire> = defineSpotConnector({
  ...common,
  specVersion: 'spot/1',
  id: 'xrpl',
  docs: 'https://xrpl.org/docs/references/http-websocket-apis',
  environments: { live: { rest: 'https://xrplcluster.com' } },
  orders: { ...rules, market: 'none', clientId: { form: 'none', unique: 'for-ever', echoed: false } },
  market: {
    ...unwatched,
    fetchMarkets: () =>
      Promise.resolve([
        {
          ...{ pair: 'XRP-CNY', symbol: 'XRP/CNY', base: 'XRP', quote: 'CNY', settle: 'CNY' },
          ...{ shape: 'spot', status: 'trading', contractSize: one },
          price: { step: decimal('0.00001'), digits: 15 },
          amount: { step: decimal('0.000001'), min: decimal('0.000001') },
          wire: { issuer: 'rKiCet8SdvWxPXnAgYarFUXMh1zCPz432Y' },
        },
      ]),
  },
  trading: {
    ...idle,
    prepare: async (p, { market, request, amount, price = one }) => {
      const sequence = text(await ask(p, 'account_info', {}), 'account_data', 'Sequence');
      const quote = { currency: market.quote, issuer: market.wire.issuer, value: amount.times(price).toFixed() };
      const drops = amount.times(dropsPerXrp).toFixed();
      const [gets, pays] = request.side === 'sell' ? [drops, quote] : [quote, drops];
      const transaction = { TransactionType: 'OfferCreate', Sequence: sequence, TakerGets: gets, TakerPays: pays };
      return { orderId: sequence, bytes: toUtf8(JSON.stringify(transaction)) };
    },
    place: async (p, { market, clientOrderId }, bytes = new Uint8Array()) => {
      const params = { method: 'submit', params: [{ tx_blob: toText(bytes) }] };
      await p.call({ at: 'POST /', lane: 'order', signed: true }, params, (json) =>
        text(json, 'result', 'engine_result'),
      );
      return { type: 'order', symbol: market.symbol, clientOrderId, status: 'open' };
    },
    fetchBalances,
    feed: {
      polls: [
        { everyMs: 4_000, fetch: async (p) => ({ events: [await fetchBalances(p)] }) },
        {
          everyMs: 4_000,
          fetch: async (p, cursor) => {
            const result = await ask(p, 'account_tx', { ledger_index_min: cursor === undefined ? -1 : Number(cursor) });
            const transactions = list(result, 'transactions');
            const newest = transactions.map((each) => Number(text(each, 'ledger_index')) + 1);
            return { events: transactions.flatMap(toEvents), cursor: String(Math.max(Number(cursor ?? 0), ...newest)) };
          },
        },
      ],
    },
  },
});

function ask({ call }: Api, method: string, params: object): Promise<unknown> {
  const account = { account: 'rhhh49pFH96roGyuC4E5P4CHaNjS1k8gzM', ...params };
  return call({ at: 'POST /', signed: true }, { method, params: [account] }, (json) => at(json, 'result'));
}

/** What the reserves keep back is ours, but may not be spent. A line below zero is a debt to its issuer, not a balance. */
async function fetchBalances(p: Api): Promise<Balances> {
  const data = at(await ask(p, 'account_info', {}), 'account_data');
  const total = decimal(text(data, 'Balance'));
  const reserve = ownerReserve.times(text(data, 'OwnerCount')).plus(baseReserve);
  const lines = list(await ask(p, 'account_lines', {}), 'lines')
    .map((line) => ({ asset: text(line, 'currency'), total: decimal(text(line, 'balance')) }))
    .filter((line) => line.total.gt('0'));
  const xrp = { asset: 'XRP', total: toXrp(total), available: toXrp(total.minus(reserve)) };
  return {
    type: 'balances',
    complete: true,
    entries: [xrp, ...lines.map((line) => ({ ...line, available: line.total }))],
  };
}

function toXrp(drops: Decimal): Decimal {
  return drops.div(dropsPerXrp);
}

/** What a validated transaction did to offers: one came to be, one went, one was taken from. */
function toEvents(json: unknown): readonly AccountEvent[] {
  return list(json, 'meta', 'AffectedNodes').flatMap((node) => {
    const created = at(node, 'CreatedNode');
    if (at(created, 'LedgerEntryType') === 'Offer') return [toReport(at(created, 'NewFields'), 'open')];
    const gone = at(node, 'DeletedNode');
    const left = gone ?? at(node, 'ModifiedNode');
    if (at(left, 'LedgerEntryType') !== 'Offer') return [];
    const [fields, before] = [at(left, 'FinalFields'), at(left, 'PreviousFields')];
    if (before === undefined) return [toReport(fields, 'canceled')];
    const fill = toFill(json, fields, before);
    return gone === undefined ? [fill] : [fill, toReport(fields, 'filled')];
  });
}

/** An offer that gives XRP, in drops, sells. */
function toReport(fields: unknown, status: OrderReport['status']): OrderReport {
  return { type: 'order', symbol: 'XRP/CNY', orderId: text(fields, 'Sequence'), status };
}

function toFill(json: unknown, fields: unknown, before: unknown): Fill {
  const drops = decimal(text(before, 'TakerGets')).minus(text(fields, 'TakerGets'));
  const quote = decimal(text(before, 'TakerPays', 'value')).minus(text(fields, 'TakerPays', 'value'));
  return {
    type: 'fill',
    symbol: 'XRP/CNY',
    fillId: `${text(json, 'hash')} ${text(fields, 'Sequence')}`,
    orderId: text(fields, 'Sequence'),
    side: 'sell',
    price: quote.div(toXrp(drops)),
    amount: toXrp(drops),
    at: (Number(text(json, 'tx_json', 'date')) + rippleEpoch) * 1_000,
    fees: [],
    liquidity: 'maker',
  };
}
