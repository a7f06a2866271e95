import { Buffer } from 'node:buffer';
import { URLSearchParams } from 'node:url';

import { binance } from '@hb/connector-binance';
import { binancePerpetual } from '@hb/connector-binance-perpetual';
import { gateIo } from '@hb/connector-gate-io';
import { hyperliquidPerpetual } from '@hb/connector-hyperliquid-perpetual';
import { kucoin } from '@hb/connector-kucoin';

import { okx } from './okx.mjs';

/**
 * The venues that can be had without sockets, by id: `rest` what a path is answered with, by the `symbols` that are listed and
 * `fetchDepth`, which gives the bytes of a snapshot; `hear` what a message on a socket is answered with. `opening`: bytes that follow a subscription.
 */
export const venues = {
  binance: {
    spec: binance,
    rest: ({ symbols, fetchDepth }) => ({
      '/api/v3/exchangeInfo': () => toJson({ symbols: symbols.map(toListing) }),
      '/api/v3/time': () => toJson({ serverTime: Date.now() }),
      '/api/v3/depth': (request) => fetchDepth(symbolOf(request)),
      '/api/v3/account': () => account,
      '/api/v3/openOrders': () => none,
      '/api/v3/allOrders': () => none,
      '/api/v3/myTrades': () => none,
      '/sapi/v1/account/apiRestrictions': () => rights,
    }),
    hear: ({ id, method }) => [
      method.startsWith('userDataStream') ? { id, status: 200, result: {} } : { result: null, id },
    ],
  },
  binance_perpetual: {
    spec: binancePerpetual,
    rest: ({ symbols, fetchDepth }) => ({
      '/fapi/v1/exchangeInfo': () => toJson({ symbols: symbols.map(toPerpetual) }),
      '/fapi/v1/time': () => toJson({ serverTime: Date.now() }),
      '/fapi/v1/depth': (request) => fetchDepth(symbolOf(request)),
    }),
    hear: ({ id }) => [{ result: null, id }],
  },
  gate_io: {
    spec: gateIo,
    rest: ({ symbols, fetchDepth }) => ({
      '/api/v4/spot/currency_pairs': () => toJson(symbols.map(toCurrencyPair)),
      '/api/v4/spot/time': () => toJson({ server_time: Date.now() }),
      '/api/v4/spot/order_book': (request) => fetchDepth(symbolOf(request)),
    }),
    hear: ({ id, time, channel, event }) => {
      if (channel === 'spot.ping') return [{ time, channel: 'spot.pong', event: '', result: null }];
      return [{ time, id, channel, event, error: null, result: { status: 'success' } }];
    },
  },
  kucoin: {
    spec: kucoin,
    rest: ({ symbols, fetchDepth }) => ({
      '/api/v2/symbols': () => toJson({ code: '200000', data: symbols.map(toSymbol) }),
      '/api/v1/timestamp': () => toJson({ code: '200000', data: Date.now() }),
      '/api/v1/bullet-public': () => toJson({ code: '200000', data: token }),
      '/api/v1/market/orderbook/level2_100': (request) => fetchDepth(symbolOf(request)),
    }),
    hear: ({ id, type }) => [{ id, type: type === 'ping' ? 'pong' : 'ack' }],
  },
  okx: {
    spec: okx,
    rest: ({ symbols }) => ({
      '/api/v5/public/instruments': () => toJson({ code: '0', msg: '', data: symbols.map(toInstrument) }),
    }),
    hear: ({ op, args }, opening) => [...args.map((arg) => ({ event: op, arg, connId: 'a4d3ae55' })), opening],
  },
  hyperliquid_perpetual: {
    spec: hyperliquidPerpetual,
    rest: ({ symbols }) => ({
      '/info': ({ body }) =>
        JSON.parse(body).type === 'meta' ? toJson(toMeta(symbols)) : toJson({ time: Date.now() }),
    }),
    hear: ({ method, subscription }, opening) => {
      if (method === 'ping') return [{ channel: 'pong' }];
      return [{ channel: 'subscriptionResponse', data: { method, subscription } }, opening];
    },
  },
};

const toJson = (value) => Buffer.from(JSON.stringify(value));
const none = toJson([]);
const balance = (asset) => ({ asset, free: '1000000.00000000', locked: '0.00000000' });
const account = toJson({ canTrade: true, updateTime: 1, balances: ['BTC', 'USDT'].map(balance) });
const rights = toJson({ ipRestrict: true, enableWithdrawals: false, enableSpotAndMarginTrading: true });
const token = {
  token: 'bench',
  instanceServers: [{ endpoint: 'wss://ws-api-spot.kucoin.com/', protocol: 'websocket' }],
};

function symbolOf({ url }) {
  const query = new URLSearchParams(url.search);
  return query.get('symbol') ?? query.get('currency_pair');
}

const filters = [
  { filterType: 'PRICE_FILTER', minPrice: '0.01000000', maxPrice: '1000000.00000000', tickSize: '0.01000000' },
  { filterType: 'LOT_SIZE', minQty: '0.00001000', maxQty: '9000.00000000', stepSize: '0.00001000' },
];

function toListing(symbol) {
  const baseAsset = symbol.replace(/USDT$/, '');
  return { symbol, status: 'TRADING', baseAsset, quoteAsset: 'USDT', filters };
}

function toPerpetual(symbol) {
  return { ...toListing(symbol), contractType: 'PERPETUAL', marginAsset: 'USDT' };
}

function toCurrencyPair(id) {
  const [base, quote] = id.split('_');
  return { id, base, quote, trade_status: 'tradable', precision: 2, amount_precision: 5, min_base_amount: '0.00001' };
}

function toSymbol(symbol) {
  const [baseCurrency, quoteCurrency] = symbol.split('-');
  const steps = { priceIncrement: '0.01', baseIncrement: '0.00001', quoteIncrement: '0.01' };
  const about = { baseMinSize: '0.00001', baseMaxSize: '9000', minFunds: '0.1', enableTrading: true };
  return { symbol, baseCurrency, quoteCurrency, feeCurrency: quoteCurrency, ...steps, ...about };
}

function toInstrument(instId) {
  const [baseCcy, quoteCcy] = instId.split('-');
  return { instType: 'SPOT', instId, baseCcy, quoteCcy, tickSz: '0.01', lotSz: '0.00001', minSz: '0.00001' };
}

function toMeta(symbols) {
  return { universe: symbols.map((name) => ({ name, szDecimals: 5, maxLeverage: 40 })) };
}
