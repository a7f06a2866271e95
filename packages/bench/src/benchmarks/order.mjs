import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { compare, interleave } from '../harness/interleave.mjs';

const variants = new URL('order-variants.mjs', import.meta.url).href;
const server = fileURLToPath(new URL('../venues/order-server.mjs', import.meta.url));

/** From the call that places an order to its write on the socket, journal in memory, one connection open. */
export async function order({ quick }) {
  const venue = fork(server);
  try {
    const port = await new Promise((resolve) => venue.once('message', resolve));
    const parameters = { rest: `http://127.0.0.1:${port}`, count: quick ? 100 : 300 };
    const names = ['ours', 'undici and HMAC', '@binance/spot', 'ccxt without throttler'];
    // After some thousand orders the engine has learnt all that it will learn about them.
    const samples = await interleave(variants, names, { rounds: quick ? 3 : 15, warmUps: quick ? 2 : 12, parameters });
    const figures = compare(samples, 'ours');
    const { handed, written, timers } = samples.get('ours').figures;
    return [
      { what: 'call to socket write', figure: figures.ours.median / 1_000, unit: 'µs', kind: 'time' },
      beside(figures, 'undici and HMAC', 1.5),
      beside(figures, '@binance/spot'),
      beside(figures, 'ccxt without throttler', 0.5),
      { what: 'of a burst of 10, sent in the turn of the call', figure: handed, unit: '', kind: 'count', atLeast: 10 },
      {
        what: 'of them, written one turn of the event loop later',
        figure: written,
        unit: '',
        kind: 'count',
        atLeast: 10,
      },
      { what: 'timers armed for it', figure: timers, unit: '', kind: 'count', atMost: 0 },
    ];
  } finally {
    venue.kill();
  }
}

function beside(figures, name, atMost) {
  return {
    what: `beside ${name}`,
    figure: 1 / figures[name].ratio,
    unit: 'x',
    kind: 'time',
    ...(atMost !== undefined && { atMost }),
  };
}
