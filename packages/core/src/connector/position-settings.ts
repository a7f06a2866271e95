import { ConnectorError, type ErrorKind } from '../errors/connector-error.js';
import { toDecimal, zero, type Decimal } from '../model/decimal.js';
import type { Market, Pair } from '../model/market.js';
import type { OrderRequest } from '../model/order.js';
import type { LeverageSetting, PositionMode, PositionReport, PositionSide } from '../model/position.js';
import type { CallContext } from '../rest/call.js';
import type { Private } from '../spec/api.js';
import type { PositionsSpec } from '../spec/perpetual.js';
import type { Positions } from './connector.js';

export type PositionSettingsOptions<O, C, W> = {
  readonly id: string;
  readonly spec: PositionsSpec<O, C, W>;
  readonly api: (context?: CallContext) => Private<O, C>;
  readonly market: (pair: Pair) => Market<W>;
  /** Asks for all positions again. */
  readonly onChanged: () => void;
};

/** How the account holds positions: its mode, and the leverage of each market. */
export type PositionSettings = Pick<Positions, 'mode' | 'setMode' | 'leverage' | 'setLeverage'> & {
  /** Asks the venue for its mode, where it can be asked. */
  readonly learnMode: () => Promise<void>;
  /** Takes over what a report says of the leverage. Returns whether it fits the mode that is known here. */
  readonly observe: (pair: Pair, report: PositionReport) => boolean;
  /** What is known of a market's leverage. */
  readonly leverageOf: (pair: Pair) => Decimal | undefined;
  /** Asks for a market's leverage when nothing is known of it. */
  readonly learnLeverage: (pair: Pair) => Promise<void>;
  /** The position that an order works on. Throws `invalid-request` when the request leaves it open. */
  readonly sideOf: (request: OrderRequest) => PositionSide;
};

export function createPositionSettings<O, C, W>(options: PositionSettingsOptions<O, C, W>): PositionSettings {
  const { id, spec, api, onChanged } = options;
  const { fetchMode, setMode, fetchLeverage, setLeverage } = spec;
  const leverages = new Map<Pair, Decimal>();
  let mode: PositionMode = spec.modes[0];
  let changing: Promise<unknown> = Promise.resolve();

  const learnMode = async (): Promise<void> => {
    if (fetchMode !== undefined) mode = await fetchMode(api());
  };

  const changeMode = async (ask: NonNullable<typeof setMode>, to: PositionMode): Promise<void> => {
    if (!spec.modes.includes(to)) throw refusal(`${id} mode`, `this venue has no ${to} mode`, 'unsupported');
    await learnMode();
    if (mode === to) return;
    await ask(api(), to);
    mode = to;
    // What was agreed to is believed when it shows.
    await learnMode();
    if (mode !== to) throw notTaken(`${id} mode`, `set to ${to}, and the venue shows ${mode}`);
    onChanged();
  };

  const learnLeverage = async (pair: Pair): Promise<LeverageSetting | undefined> => {
    if (fetchLeverage === undefined) return undefined;
    const market = options.market(pair);
    const setting = await fetchLeverage(api({ symbol: market.symbol }), market);
    leverages.set(pair, setting.leverage);
    return setting;
  };

  const changeLeverage = async (
    ask: NonNullable<typeof setLeverage>,
    pair: Pair,
    { leverage, margin }: LeverageSetting,
  ): Promise<void> => {
    const market = options.market(pair);
    await ask(api({ symbol: market.symbol }), market, { leverage, margin });
    leverages.set(pair, leverage);
    const shown = await learnLeverage(pair);
    if (shown !== undefined && !(shown.leverage.eq(leverage) && shown.margin === margin)) {
      const shows = `${shown.leverage.toFixed()} ${shown.margin}`;
      throw notTaken(`${id} leverage`, `${pair} set to ${leverage.toFixed()} ${margin}, and the venue shows ${shows}`);
    }
    onChanged();
  };

  /** One change at a time: the second must see what came of the first. */
  const inTurn = <T>(change: () => Promise<T>): Promise<T> => {
    const turn = changing.then(change, change);
    changing = turn.catch(() => undefined);
    return turn;
  };

  return {
    mode: () => mode,
    ...(setMode !== undefined && { setMode: (to) => inTurn(() => changeMode(setMode, to)) }),
    ...(fetchLeverage !== undefined && {
      leverage: async (pair) => {
        const market = options.market(pair);
        const setting = await fetchLeverage(api({ symbol: market.symbol }), market);
        leverages.set(pair, setting.leverage);
        return setting;
      },
    }),
    ...(setLeverage !== undefined && {
      setLeverage: async (pair, { leverage, margin }) => {
        const to = { leverage: toLeverage(id, leverage), margin };
        await inTurn(() => changeLeverage(setLeverage, pair, to));
      },
    }),
    learnMode,
    observe: (pair, { side, amount, leverage }) => {
      if (leverage !== undefined) leverages.set(pair, leverage);
      // Some venues list flat positions of the other mode too.
      return amount.eq(zero) || (side === 'net') === (mode === 'one-way');
    },
    leverageOf: (pair) => leverages.get(pair),
    learnLeverage: async (pair) => {
      if (!leverages.has(pair)) await learnLeverage(pair);
    },
    sideOf: ({ side, effect, pair }) => {
      if (mode === 'one-way') return 'net';
      if (effect === undefined) {
        throw refusal(`${id} place ${pair}`, 'in hedge mode an order says with effect what it does: open or close');
      }
      return (side === 'buy') === (effect === 'open') ? 'long' : 'short';
    },
  };
}

function toLeverage(id: string, given: unknown): Decimal {
  const leverage = toDecimal(given);
  if (leverage.gt(zero)) return leverage;
  throw refusal(`${id} leverage`, `leverage ${leverage.toFixed()} is not above zero`);
}

function refusal(operation: string, message: string, kind: ErrorKind = 'invalid-request'): ConnectorError {
  return new ConnectorError(message, { kind, outcome: 'not-sent', operation });
}

function notTaken(operation: string, message: string): ConnectorError {
  return new ConnectorError(message, { kind: 'bad-response', outcome: 'unknown', operation });
}
