// A process that trades until it is killed; see crash.mjs. All that it asks and is told goes to a file before it goes on.
import { appendFileSync } from 'node:fs';

import { deadly } from './crash-points.mjs';
import { load } from './workspace.mjs';

const { createConnector, nodePorts } = await load('packages/core/dist/index.js');
const { binance } = await load('packages/spot/binance/dist/src/index.js');

const pair = 'BTC-USDT';
const told = ['order-opened', 'order-amended', 'order-closed', 'order-uncertain', 'order-reopened', 'order-filled'];
const settledWithinMs = 60_000;

process.once('message', async (job) => {
  const note = (line) => appendFileSync(job.notes, `${JSON.stringify(line)}\n`);
  const { enter, pass, ports } = deadly(portsAhead(job.ahead), job.point);
  const connector = createConnector(binance, {
    credentials: job.credentials,
    sandbox: true,
    hosts: job.hosts,
    data: job.data,
    ports,
  });
  for (const type of told) {
    connector.on(type, ({ id, sequence, order, fill }) => {
      const amount = fill?.amount.toFixed();
      note({ told: id, sequence, type, order: order.clientOrderId, fill: fill?.fillId, amount });
      pass('told');
    });
  }
  await connector.start({ pairs: [pair] });
  enter('run');
  if (job.isCheck) await settle(connector);
  else await trade(connector, note);
  const recorded = readRecords(connector);
  await connector.stop();
  if (job.isCheck) await tell({ orders: connector.orders().map(toPlain), recorded: await recorded });
  process.exit(0);
});

/** Those of this machine, with the clock that the venue has. */
function portsAhead(ahead) {
  const { clock, ...others } = nodePorts();
  return { ...others, clock: { ...clock, now: () => clock.now() + ahead } };
}

/** Resolves when it has left: more than a pipe holds is sent in parts, which an exit would cut off. */
function tell(report) {
  return new Promise((resolve) => process.send(report, resolve));
}

/** Three orders at once, one of which meets others; then a cancel, an amendment, and an end to what is old. */
async function trade(connector, note) {
  const book = connector.book(pair);
  const [bid, ask] = [book.best('buy').price, book.best('sell').price];
  const place = (request) => {
    const clientOrderId = connector.newClientOrderId();
    note({ asked: clientOrderId });
    return connector.place({ pair, type: 'limit', amount: '0.004', ...request, clientOrderId }).then(
      () => clientOrderId,
      (error) => {
        note({ failed: clientOrderId, outcome: error.outcome });
        return undefined;
      },
    );
  };
  const old = connector.orders({ open: true }).filter(({ origin }) => origin !== 'external');
  const [resting, lower] = await Promise.all([
    place({ side: 'buy', price: bid }),
    place({ side: 'sell', price: ask }),
    place({ side: 'buy', price: ask.times('1.001'), timeInForce: 'ioc' }),
  ]);
  const ignore = () => undefined;
  await Promise.all([
    resting && connector.cancel(resting).catch(ignore),
    lower && connector.amend(lower, { amount: '0.002' }).catch(ignore),
    ...old.slice(0, 4).map(({ clientOrderId }) => connector.cancel(clientOrderId).catch(ignore)),
  ]);
}

async function settle(connector) {
  const { setTimeout: sleep } = await import('node:timers/promises');
  const isOpen = ({ state, canceling, fillsComplete, origin }) =>
    ['queued', 'sent', 'unknown'].includes(state) || canceling || (!fillsComplete && origin !== 'external');
  for (let waited = 0; waited < settledWithinMs && connector.orders().some(isOpen); waited += 50) await sleep(50);
  await connector.cancelAll();
  await sleep(200);
}

/** All that the journal tells; it ends with the stop. */
async function readRecords(connector) {
  const records = [];
  for await (const { id, sequence } of connector.events({ from: 1 })) records.push([id, sequence]);
  return records;
}

function toPlain({ clientOrderId, state, filled, origin }) {
  return { clientOrderId, state, filled: filled.toFixed(), origin };
}
