// Rests a small order far below the market on the test network, then cancels it:
// GATE_API_KEY=… GATE_API_SECRET=… node examples/resting-order.ts
import { createConnector, type CredentialsInput } from '@hb/connector-core';
import { gateIo, type Credentials } from '@hb/connector-gate-io';

await using connector = createConnector(gateIo, { environment: 'testnet', credentials: readCredentials() });
await connector.start({ pairs: ['BTC-USDT'] });

const bid = connector.book('BTC-USDT')?.best('buy');
if (bid === undefined) throw new Error('there are no bids for BTC-USDT');
const order = await connector.place({
  pair: 'BTC-USDT',
  side: 'buy',
  type: 'limit',
  timeInForce: 'post-only',
  amount: '0.001',
  price: bid.price.times('0.9'),
});
console.log(
  `${order.clientOrderId}: ${order.amount.toFixed()} BTC at ${order.price?.toFixed() ?? '?'} is ${order.state}`,
);
console.log(`and then ${(await connector.cancel(order.clientOrderId)).state}`);

function readCredentials(): CredentialsInput<Credentials> {
  const { GATE_API_KEY: apiKey, GATE_API_SECRET: apiSecret } = process.env;
  if (apiKey === undefined || apiSecret === undefined) throw new Error('set GATE_API_KEY and GATE_API_SECRET');
  return { apiKey, apiSecret };
}
