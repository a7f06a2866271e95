// Takes 3x leverage and rests an order that opens a position far below the market on the test network, then cancels it:
// HYPERLIQUID_PRIVATE_KEY=0x… (and HYPERLIQUID_ADDRESS, of the account whose agent the key is) node examples/leveraged-order.ts
import { createConnector, type CredentialsInput } from '@hb/connector-core';
import { hyperliquidPerpetual, type Credentials } from '@hb/connector-hyperliquid-perpetual';

const pair = 'BTC-USD';
await using connector = createConnector(hyperliquidPerpetual, {
  environment: 'testnet',
  credentials: readCredentials(),
});
await connector.start({ pairs: [pair] });

const { positions } = connector;
await positions.setLeverage?.(pair, { leverage: '3', margin: 'isolated' });
const { rate, nextAt, markPrice } = positions.funding(pair) ?? {};
console.log(
  `mark ${markPrice?.toFixed() ?? '?'}, funding ${rate?.toFixed() ?? '?'} an hour, next at ${String(nextAt)}`,
);
for (const { pair: held, amount } of positions.list()) console.log(`${held} ${amount.toFixed()}`);

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
  const { HYPERLIQUID_PRIVATE_KEY: privateKey, HYPERLIQUID_ADDRESS: address } = process.env;
  if (privateKey === undefined) throw new Error('set HYPERLIQUID_PRIVATE_KEY, and HYPERLIQUID_ADDRESS for an agent’s');
  return { privateKey, ...(address !== undefined && { address }) };
}
