import { createSubscriptions, endIdle, readObject } from '@hb/connector-testkit';
import type { Publisher, VenueConnection, VenueSocket, VenueUpgrade } from '@hb/connector-testkit';

import { isChannel } from './sources.js';
import type { Token, Venue } from './venue.js';

/** One connection, with what it may be told of an account. */
export type Connection = VenueConnection & {
  readonly isPrivate: boolean;
  /** Sends a message of a private topic, if it was asked for. */
  readonly tell: (account: string, topic: string, message: object) => void;
};

type Parts = { readonly venue: Venue; readonly publisher: Publisher; readonly token: Token };

const mostTopics = 300;
const mostAtOnce = 100;
const ownTopics = ['/spotMarket/tradeOrdersV2', '/spotMarket/tradeOrders', '/account/balance'];

/** https://www.kucoin.com/docs-new/websocket-api/base-info/introduction */
export function createConnection(
  { venue, publisher, token }: Parts,
  upgrade: VenueUpgrade,
  socket: VenueSocket,
): Connection {
  const name = venue.newId();
  const own = new Set<string>();
  const topics = createSubscriptions(publisher, (_, payload) => socket.send(payload));
  const send = (message: object) => socket.send(JSON.stringify(message));
  const connectId = /(?:^|&)connectId=([^&]*)/.exec(upgrade.query)?.[1];
  send({ id: connectId ?? name, type: 'welcome' });
  const cancelEnd = venue.after(token.endsAt - venue.clock.now(), () => socket.close(1001, 'token expired'));

  function subscribe(names: readonly string[]): void {
    if (names.length > mostAtOnce) throw complaint(509, 'exceed max subscription count limitation of 100 per time');
    for (const topic of names) checkTopic(venue, token, topic);
    if (topics.topics().length + own.size + names.length > mostTopics) {
      throw complaint(509, 'exceed max subscription count limitation of 300 per session');
    }
    for (const topic of names) {
      if (ownTopics.includes(topic)) own.add(topic);
      else topics.add(topic);
    }
  }
  function unsubscribe(names: readonly string[]): void {
    for (const topic of names) {
      own.delete(topic);
      topics.remove(topic);
    }
  }
  function perform({ type, topic }: Readonly<Record<string, unknown>>): void {
    if (type === 'subscribe') subscribe(toTopics(topic));
    else if (type === 'unsubscribe') unsubscribe(toTopics(topic));
    else throw complaint(415, 'command type is invalid');
  }
  function message(bytes: Uint8Array): void {
    const told = readObject(new TextDecoder().decode(bytes));
    const id = told?.['id'];
    try {
      if (!venue.limits.admitMessage(name)) throw complaint(509, 'exceed max permits per second');
      if (told === undefined) throw complaint(415, 'command type is invalid');
      if (told['type'] === 'ping') {
        send({ id, type: 'pong' });
        return;
      }
      perform(told);
      if (told['response'] === true) send({ id, type: 'ack' });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error;
      send({ id: id ?? connectId ?? name, type: 'error', code: error.code, data: error.message });
    }
  }
  const connection: VenueConnection = {
    message,
    closed: () => {
      cancelEnd();
      topics.clear();
    },
  };
  const idle = { afterMs: 28_000, code: 1001, reason: 'ping timeout' }; // pingInterval and pingTimeout
  return {
    ...endIdle({ clock: venue.clock, socket }, connection, idle),
    isPrivate: token.account !== undefined,
    tell: (account, topic, told) => {
      if (account === token.account && own.has(topic)) send(told);
    },
  };
}

/** `/market/level2:BTC-USDT,ETH-USDT` is two topics. */
function toTopics(topic: unknown): readonly string[] {
  if (typeof topic !== 'string' || topic === '') throw complaint(406, 'topic is required');
  const [channel = '', symbols] = topic.split(':');
  return symbols === undefined ? [channel] : symbols.split(',').map((symbol) => `${channel}:${symbol}`);
}

function checkTopic(venue: Venue, token: Token, topic: string): void {
  if (ownTopics.includes(topic)) {
    if (token.account === undefined) throw complaint(403, 'login is required');
    return;
  }
  const [channel = '', symbol = ''] = topic.split(':');
  if (!isChannel(channel)) throw complaint(404, `topic ${topic} is not found`);
  if (venue.engine.market(symbol) === undefined) throw complaint(400, `topic ${topic} is invalid`);
}

function complaint(code: number, message: string): Error & { readonly code: number } {
  return Object.assign(new Error(message), { code });
}
