// A venue that accepts every order, in a process of its own.
import { createServer } from 'node:http';

import { accepted } from './account-binance.mjs';

let orders = 0;
const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const { searchParams } = new URL(
      `${request.url}${request.url.includes('?') ? '&' : '?'}${chunks.join('')}`,
      'http://x',
    );
    orders += 1;
    response.setHeader('content-type', 'application/json');
    response.end(accepted(searchParams.get('newClientOrderId') ?? '', orders));
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send(server.address().port));
process.on('disconnect', () => process.exit(0));
