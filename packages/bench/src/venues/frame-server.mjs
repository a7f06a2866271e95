// A venue's public stream over TLS, in a process of its own: sends the frames of a flow when it is told to.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { setImmediate } from 'node:timers';

import { WebSocketServer } from 'ws';

import { createFlow } from '../feeds/flow.mjs';
import { renumber, toWire } from '../feeds/wire-forms.mjs';

const [folder, parameters] = process.argv.slice(2);
const { burst, ...flow } = JSON.parse(parameters);
const [key, cert] = ['key', 'cert'].map((name) => readFileSync(`${folder}/${name}.pem`));
const { frames, firstNumber } = toWire('binance', createFlow(flow));
const parts = { steps: frames.slice(0, -1), back: frames.slice(-1) };
const players = new Map();

const server = createServer({ key, cert });
new WebSocketServer({ server }).on('connection', (socket, { url }) => {
  if (url === '/control') {
    socket.on('message', (order) => {
      const [part, name, from, to] = String(order).split(' ');
      play(players.get(`/${name}`), parts[part], { from: Number(from), to: Number(to) });
    });
    return;
  }
  players.set(url, { socket, last: firstNumber });
  // What a client subscribes to is confirmed; there is one stream alone.
  socket.on('message', (text) => socket.send(JSON.stringify({ result: null, id: JSON.parse(text).id })));
});
server.listen(0, '127.0.0.1', () => process.send(server.address().port));
process.on('disconnect', () => process.exit(0));

/** Some of these frames: `burst` of them in one write, or each in a write of its own, a turn of the event loop apart. */
function play(player, frames, { from, to }) {
  const { socket } = player;
  if (from === 0) player.last = renumber('binance', frames, player.last);
  let at = from;
  const next = () => {
    socket._socket.cork();
    for (const frame of frames.slice(at, Math.min(at + burst, to))) socket.send(frame, { binary: false });
    socket._socket.uncork();
    at += burst;
    if (at < to) setImmediate(next);
  };
  next();
}
