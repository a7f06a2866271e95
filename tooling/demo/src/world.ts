import { createBinanceEmulator, type BinanceEmulator } from '@hb/connector-binance/emulator';
import { nodePorts } from '@hb/connector-core';
import {
  createNoise,
  createRandom,
  fillOrder,
  placeLadder,
  serveVenue,
  type EmulatedVenue,
  type Engine,
  type ServedVenue,
} from '@hb/connector-testkit';

export const credentials = { apiKey: 'demo', apiSecret: 'a key of the emulator, good for nothing else' };

const traderAccount = 'trader';
const ladderAccount = 'ladder';
const rushAccount = 'rush';
const symbol = 'BTCUSDT';

export type World = {
  readonly emulator: BinanceEmulator;
  readonly served: ServedVenue;
  /** Client ids of the orders that were filled while their cancel was on its way. */
  readonly raced: readonly string[];
  /** What the venue says that the trader owns: free and locked together, as text. */
  readonly balances: () => ReadonlyMap<string, string>;
  /** Ends the other traders, so that everything comes to rest. */
  readonly calm: () => void;
  readonly close: () => Promise<void>;
};

/** The emulated venue on loopback, with other traders in its markets. */
export async function openWorld(): Promise<World> {
  const { clock, crypto } = nodePorts();
  const emulator = createBinanceEmulator({
    clock,
    crypto,
    accounts: [
      { ...credentials, name: traderAccount, balances: { BTC: '1', USDT: '60000' } },
      { apiKey: 'ladder', apiSecret: 'ladder', name: ladderAccount, balances: { BTC: '1000', USDT: '60000000' } },
    ],
  });
  const { engine } = emulator;
  placeLadder(engine, { account: ladderAccount, market: symbol, mid: '60000', levels: 200, step: '2', amount: '0.2' });
  const noise = createNoise({
    engine,
    clock,
    random: createRandom('demo'),
    prey: [traderAccount],
    markets: [{ market: symbol, mid: '60000', spread: 400, amount: '0.05', everyMs: 60, drift: 300 }],
  });
  const raced: string[] = [];
  const served = await serveVenue(racing(emulator, raced));
  return {
    emulator,
    served,
    raced,
    balances: () => ownedBy(engine, traderAccount),
    calm: () => {
      noise.stop();
    },
    close: async () => {
      noise.stop();
      emulator.stop();
      await served.close();
    },
  };
}

/** The venue, but somebody takes the order of each fifth cancel just before the cancel gets there. */
function racing(emulator: BinanceEmulator, raced: string[]): EmulatedVenue {
  const { engine } = emulator;
  let cancels = 0;
  const rush = (query: string): void => {
    const named = new URLSearchParams(query);
    const orderId = named.get('orderId');
    const clientOrderId = named.get('origClientOrderId') ?? '';
    const ref = orderId === null ? { clientOrderId } : { market: symbol, orderId: Number(orderId) };
    const order = engine.order(traderAccount, ref);
    if (order === undefined) return;
    const taken = fillOrder(engine, { account: rushAccount, order, amount: order.amount - order.filled });
    if (taken.type === 'accepted') raced.push(order.clientOrderId ?? clientOrderId);
  };
  return {
    http: (request) => {
      if (request.method === 'DELETE' && request.path === '/api/v3/order') {
        cancels += 1;
        if (cancels % 5 === 2) rush(request.query);
      }
      return emulator.http(request);
    },
    connect: (upgrade, socket) => emulator.connect(upgrade, socket),
    stop: () => {
      emulator.stop();
    },
  };
}

function ownedBy(engine: Engine, account: string): ReadonlyMap<string, string> {
  return new Map(
    engine.balances(account).map(({ asset, free, locked }) => [asset, engine.asset(asset).format(free + locked)]),
  );
}
