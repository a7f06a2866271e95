// Takes 3x leverage and rests an order that opens a position far below the market on the test network, then cancels it:
// BINANCE_API_KEY=… BINANCE_API_SECRET=… (or BINANCE_PRIVATE_KEY, a PEM) node examples/leveraged-order.ts
import { createConnector, type CredentialsInput } from '@hb/connector-core';
import { binancePerpetual, type Credentials } from '@hb/connector-binance-perpetual';

const pair = 'BTC-USDT';
await using connector = createConnector(binancePerpetual, { environment: 'testnet', credentials: readCredentials() });
await connector.start({ pairs: [pair] });

const { positions } = connector;
await positions.setLeverage?.(pair, { leverage: '3', margin: 'isolated' });
const { rate, nextAt, markPrice } = positions.funding(pair) ?? {};
console.log(`mark ${markPrice?.toFixed() ?? '?'}, funding ${rate?.toFixed() ?? '?'} at ${String(nextAt)}`);
for (const { pair: held, side, amount } of positions.list()) console.log(`${held} ${side} ${amount.toFixed()}`);

const bid = connector.book(pair)?.best('buy');
if (bid === undefined) throw new Error(`there are no bids for ${pair}`);
const order = await connector.place({
  ...{ pair, side: 'buy', type: 'limit', timeInForce: 'post-only', effect: 'open' },
  amount: '0.005',
  price: bid.price.times('0.9'),
});
console.log(
  `${order.clientOrderId} is ${order.state}, and then ${(await connector.cancel(order.clientOrderId)).state}`,
);

function readCredentials(): CredentialsInput<Credentials> {
  const { BINANCE_API_KEY: apiKey, BINANCE_API_SECRET: apiSecret, BINANCE_PRIVATE_KEY: privateKey } = process.env;
  if (apiKey === undefined) throw new Error('set BINANCE_API_KEY, and BINANCE_API_SECRET or BINANCE_PRIVATE_KEY');
  return { apiKey, ...(apiSecret !== undefined && { apiSecret }), ...(privateKey !== undefined && { privateKey }) };
}
