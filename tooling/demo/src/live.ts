import { once } from 'node:events';
import { setInterval } from 'node:timers';

import { binance } from '@hb/connector-binance';
import { createConnector } from '@hb/connector-core';

import { describeBook } from './screen.js';

/** Shows the top of a live public book every second until Ctrl-C. Needs no keys. Throws when the venue cannot be reached. */
export async function showLive(pair: string): Promise<void> {
  await using connector = createConnector(binance);
  await connector.start({ pairs: [pair] });
  console.log(`${connector.id} ${connector.environment} ${pair}, Ctrl-C ends it`);
  const timer = setInterval(() => {
    const book = connector.book(pair);
    if (book !== undefined) console.log(describeBook(book));
  }, 1_000);
  await once(process, 'SIGINT');
  clearInterval(timer);
}
