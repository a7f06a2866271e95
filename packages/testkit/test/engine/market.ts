import { createEngine } from '../../src/engine/engine.js';
import type { Engine, EngineEvent, EngineOptions, EngineRequest } from '../../src/engine/types.js';

/** BTCUSDT on grids of 1 USDT and 0.001 BTC, with rich accounts; time stands still unless `now` is given. */
export function createTestEngine(options: Partial<EngineOptions> = {}): Engine {
  const engine = createEngine({
    now: () => 1000,
    assets: { BTC: 8, USDT: 8, BNB: 8 },
    markets: [{ symbol: 'BTCUSDT', base: 'BTC', quote: 'USDT', priceStep: '1', amountStep: '0.001' }],
    ...options,
  });
  for (const account of ['ann', 'bob', 'cyd']) {
    engine.deposit(account, 'BTC', '100');
    engine.deposit(account, 'USDT', '1000000');
  }
  return engine;
}

type Terms = { price: bigint; amount: bigint; id?: string } & Pick<
  EngineRequest & { type: 'limit' },
  'timeInForce' | 'selfTrade'
>;

export function limit(side: 'buy' | 'sell', { id, ...terms }: Terms): EngineRequest {
  return { market: 'BTCUSDT', side, type: 'limit', ...terms, ...(id === undefined ? {} : { clientOrderId: id }) };
}

export function balances(engine: Engine, account: string): Record<string, string> {
  const text = ({ asset, free, locked }: { asset: string; free: bigint; locked: bigint }): [string, string] => {
    const step = engine.asset(asset);
    return [asset, `${step.format(free)} + ${step.format(locked)}`];
  };
  return Object.fromEntries(engine.balances(account).map(text));
}

/** One word or two per event: `placed ann 1 open`. */
export function brief(event: EngineEvent): string {
  switch (event.type) {
    case 'order':
      return `${event.change} ${event.order.account} ${event.order.orderId} ${event.order.status}`;
    case 'trade':
      return `trade ${event.trade.tradeId}: ${event.trade.amount} at ${event.trade.price}`;
    case 'depth':
      return `depth ${event.updateId}: ${event.side} ${event.amount} at ${event.price}`;
    case 'balance':
      return `balance ${event.account} ${event.balances.map(({ asset }) => asset).join(' ')}`;
    case 'deposit':
      return `deposit ${event.account} ${event.asset}`;
    case 'market':
      return `market ${event.market} ${event.status}`;
    case 'position':
      return `position ${event.position.account} ${event.position.market} ${event.position.side} ${event.position.amount}`;
    case 'prices':
      return `prices ${event.market} ${event.prices.mark}`;
    case 'funding':
      return `funding ${event.payment.account} ${event.payment.amount}`;
    case 'liquidation':
      return `liquidation ${event.account} ${event.market} ${event.side}`;
    case 'bankruptcy':
      return `bankruptcy ${event.account} ${event.amount} ${event.asset}`;
    case 'leverage':
      return `leverage ${event.account} ${event.market} ${event.setting.leverage} ${event.setting.margin}`;
    case 'position-mode':
      return `position-mode ${event.account} ${event.mode}`;
  }
}
