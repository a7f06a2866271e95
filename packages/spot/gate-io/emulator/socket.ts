import {
  createSubscriptions,
  isRefusal,
  readMessageId,
  readObject,
  refuse,
  toPairs,
  type ApiKey,
  type Publisher,
  type VenueConnection,
  type VenueSocket,
  type VenueUpgrade,
} from '@hb/connector-testkit';

import { headersOf, toErrorJson, type Executor } from './execute.js';
import { toTopics } from './topics.js';
import type { News } from './user-events.js';
import { isObject, type Venue } from './venue.js';

export type Connection = VenueConnection & { readonly tell: (account: string, news: readonly News[]) => void };

type Parts = {
  readonly venue: Venue;
  readonly executor: Executor;
  readonly publisher: Publisher;
};

const privateChannels: readonly string[] = ['spot.orders', 'spot.usertrades', 'spot.balances'];
const all = '!all';
const publicChannels: readonly string[] = [
  ...['spot.order_book_update', 'spot.trades', 'spot.tickers', 'spot.candlesticks', 'spot.obu'],
];
const calls: readonly string[] = ['spot.order_place', 'spot.order_cancel', 'spot.order_amend', 'spot.order_status'];

/** One connection: public and private channels, and requests. https://www.gate.com/docs/developers/apiv4/ws/en/ */
export function createConnection(
  { venue, executor, publisher }: Parts,
  { address }: Pick<VenueUpgrade, 'address'>,
  socket: VenueSocket,
): Connection {
  const { clock } = venue;
  const topics = createSubscriptions(publisher, (topic, json) => update(topic.split(' ', 1)[0] ?? '', json));
  /** By channel: whose, and of which markets. */
  const listening = new Map<string, { readonly account: string; readonly pairs: Set<string> }>();
  let session: ApiKey | undefined;

  const times = () => ({ time: Math.floor(clock.now() / 1_000), time_ms: clock.now() });
  function update(channel: string, json: string): void {
    const { time, time_ms: ms } = times();
    socket.send(`{"time":${time},"time_ms":${ms},"channel":"${channel}","event":"update","result":${json}}`);
  }
  function message(bytes: Uint8Array): void {
    const text = new TextDecoder().decode(bytes);
    const request = readObject(text);
    const [channel, event] = [String(request?.['channel']), String(request?.['event'])];
    if (channel === 'spot.ping') pong();
    else if (event === 'api') answer(channel, request ?? {});
    else reply(channel, event, readMessageId(text) ?? 'null', () => subscribe(channel, event, request));
  }
  function pong(): void {
    socket.send(JSON.stringify({ ...times(), channel: 'spot.pong', event: '', error: null, result: null }));
  }
  /** An answer to a subscription: what came, with how it went. */
  function reply(channel: string, event: string, id: string, run: () => void): void {
    let error: object | null = null;
    try {
      run();
    } catch (problem) {
      if (!isRefusal(problem)) throw problem;
      error = { code: problem.code, message: problem.message };
    }
    const result = { status: error === null ? 'success' : 'fail' };
    const { time, time_ms: ms } = times();
    const told = JSON.stringify({ channel, event, error, result }).slice(1);
    socket.send(`{"time":${time},"time_ms":${ms},"id":${id},${told}`);
  }
  function subscribe(channel: string, event: string, request: Readonly<Record<string, unknown>> | undefined): void {
    const isOn = event === 'subscribe';
    if (request === undefined || (!isOn && event !== 'unsubscribe')) throw refuse(1, 'Invalid request body format');
    if (!/^\d{10}$/.test(String(request['time']))) throw refuse(1, 'Invalid request body format: time');
    const payload = Array.isArray(request['payload']) ? request['payload'].map(String) : [];
    if (privateChannels.includes(channel)) listen(channel, event, payload, request);
    else if (publicChannels.includes(channel)) {
      const names = toTopics(venue, channel, payload);
      if (typeof names === 'string') throw refuse(2, names);
      for (const name of names) {
        if (isOn) topics.add(name);
        else topics.remove(name);
      }
    } else throw refuse(2, `unknown channel ${channel}`);
  }
  /** https://www.gate.com/docs/developers/apiv4/ws/en/#authentication */
  function listen(
    channel: string,
    event: string,
    payload: readonly string[],
    { auth, time }: Readonly<Record<string, unknown>>,
  ): void {
    const signed = new Map(isObject(auth) ? toPairs(auth) : []);
    const text = `channel=${channel}&event=${event}&time=${String(time)}`;
    const key = authenticate(() =>
      executor.check(signed.get('KEY') ?? '', String(time), text, signed.get('SIGN') ?? ''),
    );
    const pairs = channel === 'spot.balances' ? [all] : payload;
    const unknown = pairs.find((pair) => pair !== all && venue.engine.market(pair) === undefined);
    if (pairs.length === 0 || unknown !== undefined) throw refuse(2, `unknown currency pair ${unknown ?? ''}`);
    const listened = listening.get(channel) ?? { account: key.account, pairs: new Set() };
    for (const pair of pairs) {
      if (event === 'subscribe') listened.pairs.add(pair);
      else listened.pairs.delete(pair);
    }
    listening.set(channel, listened);
  }
  /** Requests over the socket; placing an order is acknowledged first. https://www.gate.com/docs/developers/apiv4/ws/en/#spot-account-trade */
  function answer(channel: string, request: Readonly<Record<string, unknown>>): void {
    const payload: unknown = request['payload'];
    const pairs = new Map<string, unknown>(isObject(payload) ? Object.entries(payload) : []);
    const id = toText(pairs.get('req_id'));
    let told: Readonly<Record<string, string>> = {};
    const send = (status: number, data: object, ack?: true) => {
      const at = { response_time: String(clock.now()), status: String(status), channel, event: 'api', client_id: '' };
      const limits = Object.entries(told).map(([name, value]) => [name.replaceAll('-', '_'), Number(value)] as const);
      const header = { ...at, x_in_time: clock.now() * 1_000, ...Object.fromEntries(limits) };
      socket.send(JSON.stringify({ request_id: id, ...(ack && { ack }), header, data }));
    };
    try {
      if (channel === 'spot.login') send(200, { result: login(channel, pairs) });
      else {
        if (!calls.includes(channel)) throw refuse('NOT_FOUND', `there is no ${channel}`, 404);
        if (channel === 'spot.order_place') send(200, { result: payload }, true);
        const [params, header] = [pairs.get('req_param'), pairs.get('req_header')];
        const headers = new Map(isObject(header) ? toPairs(header) : []);
        const result = executor.call(channel, {
          ...{ address, pairs: isObject(params) ? toPairs(params) : [], body: params, isSocket: true },
          expires: headers.get('x-gate-exptime'),
          authorize: () => session ?? unauthorized(),
          tell: (limits) => (told = { ...told, ...limits }),
        });
        send(200, { result });
      }
    } catch (error) {
      if (!isRefusal(error)) throw error;
      told = { ...told, ...headersOf(error) };
      send(error.status, { errs: toErrorJson(error) });
    }
  }
  function login(channel: string, payload: ReadonlyMap<string, unknown>): object {
    const [apiKey, time, signature] = ['api_key', 'timestamp', 'signature'].map((name) => String(payload.get(name)));
    const params = payload.get('req_param');
    const text = ['api', channel, params === undefined ? '' : JSON.stringify(params), time].join('\n');
    session = executor.check(apiKey ?? '', time ?? '', text, signature ?? '');
    return { api_key: apiKey, uid: '1000001' };
  }
  return {
    message,
    tell(account, news) {
      for (const { channel, pair = all, result } of news) {
        const listened = listening.get(channel);
        if (listened?.account !== account) continue;
        if (listened.pairs.has(all) || listened.pairs.has(pair)) update(channel, JSON.stringify([result]));
      }
    },
    closed: () => topics.clear(),
  };
}

/** Whatever is wrong with a signature is told as one code. https://www.gate.com/docs/developers/apiv4/ws/en/#error */
function authenticate(run: () => ApiKey): ApiKey {
  try {
    return run();
  } catch (error) {
    throw isRefusal(error) ? refuse(4, `Authentication fail: ${error.message}`) : error;
  }
}

function unauthorized(): never {
  throw refuse('INVALID_KEY', 'login first', 401);
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
