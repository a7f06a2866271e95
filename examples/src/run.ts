// Trades on the venue of the second import: node examples/dist/run.js market-maker BTC-USDT, with a variable set for each
// of its credentials, such as API_KEY and API_SECRET; and with ENVIRONMENT=live where the venue has no testnet.
import { createConnector } from '@hb/connector-core';
import { binance as venue } from '@hb/connector-binance';

import { credentialsFrom } from './credentials.js';
import { runMarketMaker } from './market-maker.js';
import { rebalance } from './rebalance.js';

const { ENVIRONMENT: environment = 'testnet' } = process.env;
const [script, pair = 'BTC-USDT'] = process.argv.slice(2);
const stopping = new AbortController();
process.once('SIGINT', () => {
  stopping.abort();
});

const credentials = credentialsFrom(venue.credentials, process.env);
await using connector = createConnector(venue, { environment, credentials });
connector.on('order-filled', ({ order, fill }) => {
  console.log(`${order.side} ${fill.amount.toFixed()} ${pair} @ ${fill.price.toFixed()}`);
});
connector.on('warning', ({ error }) => {
  console.error(error.message);
});

const { signal } = stopping;
if (script === 'market-maker') {
  await runMarketMaker(connector, { pair, amount: '0.001', spread: '0.001', tolerance: '0.0003', signal });
} else if (script === 'rebalance') {
  const order = await rebalance(connector, { pair, target: '0.5', tolerance: '0.02', maxSlippage: '0.002', signal });
  console.log(order === undefined ? 'near enough' : `${order.state}, ${order.filled.toFixed()} filled`);
} else {
  throw new Error(`there is market-maker and rebalance, not ${script ?? 'nothing'}`);
}
