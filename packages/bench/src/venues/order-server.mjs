// A venue that accepts every order, in a process of its own.
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { URLSearchParams } from 'node:url';

import { credentials } from './account-binance.mjs';
import { toAccepted } from './order-messages.mjs';

let orders = 0;
// Since somebody asked last: how many orders came, and the last of them.
let count = 0;
let last = '';
const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    if (request.method === 'GET') {
      response.end(`${count} orders, the last ${describe(last)}`);
      count = 0;
      return;
    }
    const { searchParams } = new URL(
      `${request.url}${request.url.includes('?') ? '&' : '?'}${chunks.join('')}`,
      'http://x',
    );
    orders += 1;
    count += 1;
    last = `${request.url.split('?')[1] ?? ''}${chunks.join('')}`;
    response.setHeader('content-type', 'application/json');
    response.end(toAccepted(searchParams, orders));
  });
});

/** What was asked for, without what is different each time, and whether it was signed as it has to be. */
function describe(query) {
  const [signed, signature] = query.split('&signature=');
  const isSigned = createHmac('sha256', credentials.apiSecret).update(signed).digest('hex') === signature;
  const terms = new URLSearchParams(signed);
  const names = ['symbol', 'side', 'type', 'timeInForce', 'quantity', 'price'];
  const told = names
    .map((name) => terms.get(name) ?? '')
    .map((value) => (/^[\d.]+$/.test(value) ? Number(value) : value));
  return `${told.join(' ')}, ${isSigned ? 'signed' : 'not signed'}`;
}

server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send(server.address().port));
process.on('disconnect', () => process.exit(0));
