import type { PerpetualSimulationFixture, WireAnswer } from '@hb/connector-testkit';

import { hyperliquidPerpetual, type Credentials, type Options, type Wire } from '../src/index.js';
import { createVenue, requests, traded } from './venue.js';

/** Made up, with the address of the first. */
const owner = `0x${'0123456789abcdef'.repeat(4)}`;
const agent = `0x${'51b1e5ac0ffee77a'.repeat(4)}`;
const address = '0xfcad0b19bb29d4674531d6f115237e16afce377c';

const answer = (status: number, body: string): WireAnswer => ({ status, body });
const refused = (response: string): WireAnswer => answer(200, JSON.stringify({ status: 'err', response }));
const statuses = (type: string, error: string): WireAnswer =>
  answer(200, JSON.stringify({ status: 'ok', response: { type, data: { statuses: [{ error }] } } }));

// Both have the venue's id of an order, and nothing else has.
const order = '"oid"';
const [update, fill] = ['"orderUpdates"', '"closedPnl"'];
const [book, state, payment] = ['"l2Book"', '"assetPositions"', '"fundingRate"'];

/** Hyperliquid's perpetuals against their emulator, with the key of an agent. */
export const fixture: PerpetualSimulationFixture<Options, Credentials, Wire> = {
  spec: hyperliquidPerpetual,
  credentials: { privateKey: agent, address },
  markets: traded,
  wire: {
    requests,
    streams: { market: '/public/ws ', account: '/account/ws ' },
    messages: { order, balance: state, book, trade: '"trades"', subscribe: '"subscribe"' },
    answers: {
      unknown: [
        answer(500, 'Internal Server Error'),
        answer(502, '<html><head><title>502 Bad Gateway</title></head></html>'),
        answer(504, 'Gateway Timeout'),
      ],
      // The venue's words for it are not documented.
      duplicate: statuses('order', 'Client order id is already in use. asset=0'),
      unlisted: statuses('order', 'These words are in no documentation. asset=0'),
      noOrder: answer(200, '{"status":"unknownOid"}'),
      nothingToCancel: statuses('cancel', 'Order was never placed, already canceled, or filled. asset=0'),
      tooManyOrders: refused('Too many cumulative requests sent (10001 > 10000) for cumulative volume traded $0.00.'),
      tooManyRequests: answer(429, 'Too Many Requests'),
      banned: answer(403, 'Forbidden'),
    },
    refused: '"err',
    unknownMessage: '{"channel":"orderTeleported","data":{}}',
    rewrites: {
      P03: [
        { match: update, from: /"status":"[a-zA-Z]+","statusTimestamp"/, to: '"status":"frozen","statusTimestamp"' },
        {
          match: '"statusTimestamp"',
          from: /"status":"[a-zA-Z]+","statusTimestamp"/,
          to: '"status":"frozen","statusTimestamp"',
        },
        { match: state, from: /"leverage":\{"type":"[a-z]+"/, to: '"leverage":{"type":"diagonal"' },
      ],
      P04: [
        { match: update, from: /"origSz":"[^"]*",?/, to: '' },
        { match: fill, from: /"tid":\d+,/, to: '' },
        { match: book, from: /"time":\d+,/, to: '' },
        { match: state, from: /"szi":"[^"]*",/, to: '' },
        { match: payment, from: /"usdc":"[^"]*",/, to: '' },
      ],
      P05: [
        { match: order, from: /"oid":(\d+)/, to: '"oid":"$1"' },
        { match: book, from: /"time":(\d+)/, to: '"time":"$1"' },
        { match: fill, from: /"sz":"([^"]*)"/, to: '"sz":$1' },
        { match: payment, from: /"usdc":"([^"]*)"/, to: '"usdc":$1' },
      ],
      P06: [
        { match: update, from: /"channel"/, to: '"__proto__":{"coin":"X"},"constructor":1,"channel"' },
        { match: book, from: /"channel"/, to: '"__proto__":[],"toString":0,"channel"' },
      ],
      P08: [
        { match: update, from: /"origSz":"([^"]*)"/, to: '"origSz":"$10000"' },
        { match: book, from: /"sz":"([^"]*)"/, to: '"sz":"$1000"' },
        { match: state, from: /"accountValue":"([^"]*)"/, to: '"accountValue":"$1000"' },
      ],
      P09: [
        { match: update, from: /"sz":"[^"]*"/, to: '"sz":"NaN"' },
        { match: fill, from: /"px":"[^"]*"/, to: '"px":"1e309"' },
        { match: book, from: /"px":"[^"]*"/, to: '"px":""' },
        { match: state, from: /"accountValue":"[^"]*"/, to: '"accountValue":" "' },
        { match: state, from: /"szi":"[^"]*"/, to: '"szi":"1e3"' },
        { match: fill, from: /"fee":"[^"]*"/, to: '"fee":"-0x1"' },
      ],
    },
  },
  createVenue: (parts) => createVenue(parts, { owner, agent }),
};
