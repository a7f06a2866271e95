import { expect, test } from 'vitest';

import type { Reply } from '../support/connector-http.js';
import { answer, parsed } from './support/fixture.js';
import { at, changed, list, text } from './support/read.js';
import { createWorld, type World } from './support/world.js';
import { xrpl } from './xrpl.js';

const created = answer('xrpl.tx').body;
const info = at(answer('xrpl.account-info').body, 'result');
const order = { pair: 'XRP-CNY', side: 'sell', type: 'limit', amount: '15000', price: '1.34405' } as const;

type Ledger = World & {
  readonly transactions: unknown[];
  /** The methods asked for, of orders and the polls, with their first parameters. */
  readonly asked: (method: string) => readonly unknown[];
};

function open(sequence: number, submit: () => Reply = () => answer('xrpl.submit')): Ledger {
  const transactions: unknown[] = [];
  const accountData = changed(at(info, 'account_data'), { Sequence: sequence, OwnerCount: 3 });
  const results: Readonly<Record<string, () => Reply>> = {
    account_info: () => ({ body: { result: changed(info, { account_data: accountData }) } }),
    account_lines: () => answer('xrpl.account-lines'),
    account_tx: () => ({ body: { result: { transactions } } }),
    submit,
  };
  const world = createWorld(xrpl, {
    answers: { 'POST /': ({ params }) => results[text(params, 'method')]?.() ?? 'refused' },
  });
  const asked: Ledger['asked'] = (method) =>
    world.requests.filter(({ params }) => params['method'] === method).map(({ params }) => at(params, 'params', 0));
  return { ...world, transactions, asked };
}

/** The documented transaction, as another account's that takes what is left of the offer it created. */
function taken(gets: string, pays: string): object {
  const fields = at(list(created, 'meta', 'AffectedNodes')[1], 'CreatedNode', 'NewFields');
  const left = changed(fields, { TakerGets: gets, TakerPays: changed(at(fields, 'TakerPays'), { value: pays }) });
  const before = { TakerGets: at(fields, 'TakerGets'), TakerPays: at(fields, 'TakerPays') };
  const node = { LedgerEntryType: 'Offer', FinalFields: left, PreviousFields: before };
  return changed(created, {
    hash: 'A52ECF838647FA5A4C780377025FEC7999AB4182590510CA461444B207AB74A9',
    ledger_index: 56865246,
    meta: { AffectedNodes: [gets === '0' ? { DeletedNode: node } : { ModifiedNode: node }] },
  });
}

test('an order is known by the sequence of its account before it is sent, and its side and issuer go on the wire', async () => {
  const { connector, run, asked } = open(5037710);
  await run(connector.start());
  const placed = await run(connector.place(order));
  expect([placed.orderId, placed.state]).toEqual(['5037710', 'open']);
  expect(asked('submit').map((params) => parsed(text(params, 'tx_blob')))).toEqual([
    {
      TransactionType: 'OfferCreate',
      Sequence: '5037710',
      TakerGets: at(created, 'tx_json', 'TakerGets'),
      TakerPays: at(created, 'tx_json', 'TakerPays'),
    },
  ]);
});

test('a submission whose answer is lost is settled by the ledger that a poll reads', async () => {
  const { connector, run, transactions, clock, asked } = open(5037710, () => 'lost');
  await run(connector.start());
  const { clientOrderId, state } = await run(connector.place(order));
  transactions.push(created);
  await clock.advance(5_000);
  expect([state, connector.order(clientOrderId)?.state, asked('submit').length]).toEqual(['unknown', 'open', 1]);
});

test('fills come from polls, each once', async () => {
  const { connector, run, transactions, clock, asked } = open(5037710);
  const fills: string[] = [];
  connector.on('order-filled', ({ fill }) => fills.push(`${fill.amount.toFixed()} @${fill.price.toFixed()}`));
  await run(connector.start());
  const { clientOrderId } = await run(connector.place(order));
  transactions.push(created, taken('0', '0'));
  await clock.advance(13_000);
  const filled = connector.order(clientOrderId);
  expect([filled?.state, filled?.filled.toFixed(), fills]).toEqual(['filled', '15000', ['15000 @1.34405']]);
  expect(asked('account_tx').at(-1)).toMatchObject({ ledger_index_min: 56865247 });
});

test('an offer that the ledger deleted without taking from it is cancelled', async () => {
  const { connector, run, transactions, clock } = open(5037708);
  await run(connector.start());
  const { clientOrderId } = await run(connector.place(order));
  transactions.push(created);
  await clock.advance(5_000);
  expect(connector.order(clientOrderId)?.state).toBe('canceled');
});

test('balances come from polls; what the reserves keep back is not available, and a debt is no balance', async () => {
  const { connector, run } = open(6);
  await run(connector.start());
  const balances = [...connector.balances()].map(([asset, { total, available }]) => [
    asset,
    total.toFixed(),
    available.toFixed(),
  ]);
  expect(balances).toEqual([
    ['XRP', '999999.99996', '999998.39996'],
    ['CHF', '0.3488146605801446', '0.3488146605801446'],
    ['USD', '11.68225001668339', '11.68225001668339'],
  ]);
});
