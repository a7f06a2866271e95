import { toText, type Clock } from '@hb/connector-core';
import { createSubscriptions, isRefusal, readObject, type Publisher } from '@hb/connector-testkit';
import type { VenueConnection, VenueSocket, VenueUpgrade } from '@hb/connector-testkit';

import { firstOf, toTopic } from './stream-sources.js';
import type { Venue } from './venue.js';

type Parts = { readonly clock: Clock; readonly publisher: Publisher; readonly venue: Venue };

/** What every connection speaks. https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/websocket */
export function createConnection(
  { publisher, venue }: Parts,
  { address }: VenueUpgrade,
  socket: VenueSocket,
): VenueConnection {
  const tell = (channel: string, data: unknown): void => socket.send(JSON.stringify({ channel, data }));
  const subscriptions = createSubscriptions(publisher, (_, payload) => socket.send(payload));

  function subscribe(method: 'subscribe' | 'unsubscribe', subscription: unknown, text: string): void {
    const topic = toTopic(venue, subscription);
    const echo = JSON.stringify(subscription);
    if (topic === undefined) {
      tell('error', `Invalid subscription ${echo}`);
      return;
    }
    const has = subscriptions.topics().includes(topic);
    if (has === (method === 'subscribe')) {
      tell('error', `${has ? 'Already subscribed' : 'Already unsubscribed'}: ${echo}`);
      return;
    }
    socket.send(`{"channel":"subscriptionResponse","data":${text}}`);
    if (method === 'unsubscribe') {
      subscriptions.remove(topic);
      return;
    }
    subscriptions.add(topic);
    for (const message of firstOf(venue, topic)) socket.send(JSON.stringify(message));
  }
  function receive(text: string): void {
    const { method, subscription } = readObject(text) ?? {};
    if (method === 'ping') socket.send('{"channel":"pong"}');
    else if (method === 'subscribe' || method === 'unsubscribe') subscribe(method, subscription, text);
    else tell('error', `Error parsing JSON into valid websocket request: ${text}`);
  }
  return {
    message: (bytes) => {
      if (!venue.limits.takes('messages', address)) {
        socket.close(1008, 'Too many messages');
        return;
      }
      try {
        receive(toText(bytes));
      } catch (error) {
        if (!isRefusal(error)) throw error;
        tell('error', error.message);
      }
    },
    closed: () => subscriptions.clear(),
  };
}
