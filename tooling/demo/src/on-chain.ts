import { createDexConnector, fromUnits, type DexConnector } from '@hb/connector-core';
import { toUniswap } from '@hb/connector-uniswap';
import { addressOf, newKey, openLab, otherKey, type Lab } from '@hb/lab/uniswap';

import type { Place } from './place.js';

const pair = 'WETH-USDC';

/** Uniswap's own contracts on a local chain, V2, V3 and V4, and an account there with 6,000 USDC. */
export async function openUniswap(): Promise<Place> {
  const lab = await openLab();
  const { anvil, weth, usdc, chain } = lab;
  const trader = addressOf(newKey);
  await lab.give(usdc, trader, 6_000_000_000n);
  const native = chain.networks['mainnet']?.native;
  const tokens = [weth, usdc, ...(native === undefined ? [] : [native])];
  return {
    ...{ name: 'uniswap', connector: connect(lab, newKey), pair, symbol: pair, bought: weth.symbol },
    fall: () => sell(connect(lab, otherKey)),
    owned: async () =>
      new Map(
        await Promise.all(
          tokens.map(async (token): Promise<[string, string]> => {
            return [token.symbol, fromUnits(await lab.balanceOf(token, trader), token.decimals).toFixed()];
          }),
        ),
      ),
    close: anvil.stop,
  };
}

function connect({ chain, contracts, hosts }: Lab, privateKey: string): DexConnector {
  const dex = toUniswap({ mainnet: contracts });
  return createDexConnector({ dex, chain }, { sandbox: true, credentials: { privateKey }, hosts });
}

/** Bit by bit, so that the price falls in all of the large pools. */
async function sell(other: DexConnector): Promise<void> {
  await other.start({ pairs: [pair] });
  for (let sold = 0; sold < 4; sold += 1) {
    const { clientOrderId } = await other.place({ pair, side: 'sell', type: 'market', amount: '8' });
    await other.closed(clientOrderId);
  }
  await other.stop();
}
