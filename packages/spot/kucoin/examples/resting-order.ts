// Rests a small order far below the market, with real money, then cancels it:
// KUCOIN_API_KEY=… KUCOIN_API_SECRET=… KUCOIN_PASSPHRASE=… node examples/resting-order.ts
import { createConnector, type CredentialsInput } from '@hb/connector-core';
import { kucoin, type Credentials } from '@hb/connector-kucoin';

await using connector = createConnector(kucoin, { credentials: readCredentials() });
await connector.start({ pairs: ['BTC-USDT'] });

const bid = connector.book('BTC-USDT')?.best('buy');
if (bid === undefined) throw new Error('there are no bids for BTC-USDT');
const order = await connector.place({
  pair: 'BTC-USDT',
  side: 'buy',
  type: 'limit',
  timeInForce: 'post-only',
  amount: '0.0001',
  price: bid.price.times('0.95'),
});
console.log(
  `${order.clientOrderId}: ${order.amount.toFixed()} BTC at ${order.price?.toFixed() ?? '?'} is ${order.state}`,
);
console.log(`and then ${(await connector.cancel(order.clientOrderId)).state}`);

function readCredentials(): CredentialsInput<Credentials> {
  const { KUCOIN_API_KEY: apiKey, KUCOIN_API_SECRET: apiSecret, KUCOIN_PASSPHRASE: passphrase } = process.env;
  if (apiKey === undefined || apiSecret === undefined || passphrase === undefined) {
    throw new Error('set KUCOIN_API_KEY, KUCOIN_API_SECRET and KUCOIN_PASSPHRASE');
  }
  return { apiKey, apiSecret, passphrase };
}
