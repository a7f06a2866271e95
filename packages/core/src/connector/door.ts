import type { Connector } from './connector.js';
import { invalid } from './known.js';
import { show } from './request.js';

/** What a script calls with more than a pair or an id. */
export type Calls = Pick<
  Connector,
  'start' | 'stop' | 'watch' | 'quote' | 'place' | 'placeMany' | 'cancelAll' | 'amend' | 'candles' | 'refresh'
>;

/**
 * The same calls for scripts that no compiler has checked: what they hand over is refused as `invalid-request`, with its name and
 * value, before anything is done with it.
 */
export function checkCalls(id: string, calls: Calls): Calls {
  const { amend, candles } = calls;
  const at = (call: string): Check => createCheck(`${id} ${call}`);
  return {
    start: async (options = {}) => {
      at('start')
        .object('options', options)
        .texts('pairs', options.pairs)
        .object('needs', options.needs ?? {});
      return calls.start(options);
    },
    stop: async (options = {}) => {
      at('stop').object('options', options).oneOf('orders', options.orders, ['keep', 'cancel']).time(options.withinMs);
      return calls.stop(options);
    },
    watch: async (pair, channels) => {
      at('watch').text('pair', pair).texts('channels', channels);
      return calls.watch(pair, channels);
    },
    quote: async (pair, side, amount) => {
      at('quote').text('pair', pair).text('side', side).oneOf('side', side, ['buy', 'sell']).object('amount', amount);
      return calls.quote(pair, side, amount);
    },
    // The only one that is hot: nothing is made for what is right.
    place: (request) => (isObject(request) ? calls.place(request) : refuseOrder(id, request)),
    placeMany: async (requests) => {
      at('placeMany').objects('the orders', requests);
      return calls.placeMany(requests);
    },
    cancelAll: async (options = {}) => {
      const check = at('cancelAll').object('options', options).time(options.withinMs);
      check.oneOf('scope', options.scope, ['ours', 'account']).text('pair', options.pair ?? '');
      return calls.cancelAll(options);
    },
    ...(amend !== undefined && {
      amend: async (clientOrderId, to) => {
        at('amend').object('what to change', to);
        return amend(clientOrderId, to);
      },
    }),
    ...(candles !== undefined && {
      candles: async (pair, range) => {
        at('candles').object('the range', range);
        return candles(pair, range);
      },
    }),
    refresh: async (what) => {
      if (typeof what === 'string') at('refresh').oneOf('what', what, ['markets', 'balances', 'positions']);
      else at('refresh').object('what', what);
      return calls.refresh(what);
    },
  };
}

async function refuseOrder(id: string, request: unknown): Promise<never> {
  throw invalid(`${id} place`, `the order: ${show(request)} is not an object`);
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Each throws for a value that is not what its name says, and goes on otherwise. */
type Check = {
  readonly text: (name: string, value: unknown) => Check;
  readonly texts: (name: string, value: unknown) => Check;
  readonly object: (name: string, value: unknown) => Check;
  readonly objects: (name: string, value: unknown) => Check;
  readonly oneOf: (name: string, value: unknown, values: readonly string[]) => Check;
  readonly time: (withinMs: unknown) => Check;
};

function createCheck(operation: string): Check {
  const must = (is: boolean, name: string, value: unknown, what: string): Check => {
    if (!is) throw invalid(operation, `${name}: ${show(value)} is not ${what}`);
    return check;
  };
  const check: Check = {
    text: (name, value) => must(isText(value), name, value, 'text'),
    texts: (name, value) => {
      must(value === undefined || Array.isArray(value), name, value, 'a list');
      for (const each of Array.isArray(value) ? value : []) check.text(name, each);
      return check;
    },
    object: (name, value) => must(isObject(value), name, value, 'an object'),
    objects: (name, value) => must(Array.isArray(value), name, value, 'a list'),
    oneOf: (name, value, values) =>
      must(value === undefined || values.some((each) => each === value), name, value, `one of ${values.join(', ')}`),
    time: (value) =>
      must(value === undefined || (typeof value === 'number' && value >= 0), 'withinMs', value, 'a time in ms'),
  };
  return check;
}
