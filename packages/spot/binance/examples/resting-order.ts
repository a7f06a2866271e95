// Rests a small order far below the market on the test network, then cancels it:
// BINANCE_API_KEY=… BINANCE_API_SECRET=… (or BINANCE_PRIVATE_KEY, a PEM) node examples/resting-order.ts
import { createConnector, type CredentialsInput } from '@hb/connector-core';
import { binance, type Credentials } from '@hb/connector-binance';

await using connector = createConnector(binance, { environment: 'testnet', credentials: readCredentials() });
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
  const { BINANCE_API_KEY: apiKey, BINANCE_API_SECRET: apiSecret, BINANCE_PRIVATE_KEY: privateKey } = process.env;
  if (apiKey === undefined) throw new Error('set BINANCE_API_KEY, and BINANCE_API_SECRET or BINANCE_PRIVATE_KEY');
  return { apiKey, ...(apiSecret !== undefined && { apiSecret }), ...(privateKey !== undefined && { privateKey }) };
}
