import { inspect } from 'node:util';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { ConnectorError } from '../src/errors/connector-error.js';
import type { WireRequest } from '../src/ports/ports.js';
import type { CallContext } from '../src/rest/call.js';
import type { Endpoint, Lane } from '../src/spec/endpoint.js';
import { answer, createRestWorld, failureOf } from './support/rest-world.js';
import type { Responder } from './support/rest-world.js';

const ok: Responder = () => answer('{"ok":1}');
const depth: Endpoint = { at: 'GET /api/v3/depth', cost: { weight: 5 } };
const account: Endpoint = { at: 'GET /api/v3/account', signed: true };
const order: Endpoint = {
  at: 'POST /api/v3/order',
  signed: true,
  encoding: 'form',
  lane: 'order',
  cost: { weight: 1 },
};

function raw(json: unknown): unknown {
  return json;
}

function sign(request: WireRequest): WireRequest {
  const url = new URL(request.url.href);
  url.searchParams.append('signature', 'f00dcafef00dcafe');
  return { ...request, url, headers: { ...request.headers, 'x-key': 'canary-key-canary' } };
}

describe('what is sent', () => {
  test.each<[Endpoint, Record<string, unknown>, string]>([
    [
      { at: 'GET /depth' },
      { symbol: 'BTC USDT', limit: 5, from: undefined },
      'GET https://api.venue.test/base/depth?symbol=BTC%20USDT&limit=5',
    ],
    [
      { at: 'DELETE /orders/{id}' },
      { id: 'a/b', symbol: 'X' },
      'DELETE https://api.venue.test/base/orders/a%2Fb?symbol=X',
    ],
    [{ at: 'GET /time', host: 'other' }, {}, 'GET https://other.venue.test/time'],
    [
      { at: 'POST /order' },
      { legs: [{ price: '1.10' }], note: undefined },
      'POST https://api.venue.test/base/order\ncontent-type: application/json\n{"legs":[{"price":"1.10"}]}',
    ],
    [
      { at: 'PUT /order', encoding: 'form' },
      { a: 1, b: 'x y' },
      'PUT https://api.venue.test/base/order\ncontent-type: application/x-www-form-urlencoded\na=1&b=x%20y',
    ],
    [{ at: 'POST /order', encoding: 'query' }, { a: true }, 'POST https://api.venue.test/base/order?a=true'],
    [{ at: 'POST /session' }, { id: undefined }, 'POST https://api.venue.test/base/session'],
    [
      { at: 'DELETE /orders/{id}', headers: ['x-until', 'x-other'] },
      { id: '1', 'x-until': 1_700_000_000_000, 'x-other': undefined, symbol: 'X' },
      'DELETE https://api.venue.test/base/orders/1?symbol=X\nx-until: 1700000000000',
    ],
    [
      { at: 'POST /orders', body: 'orders', headers: ['x-until'] },
      { account: 'main', 'x-until': '9', orders: [{ price: '1.10', note: undefined }] },
      'POST https://api.venue.test/base/orders?account=main\ncontent-type: application/json\nx-until: 9\n[{"price":"1.10"}]',
    ],
  ])('for %o', async (at, params, expected) => {
    const { rest, sent } = createRestWorld(ok);
    await rest.call(at, params, raw);
    expect(sent.map(({ text }) => text)).toEqual([expected]);
  });

  test('is what was signed, text for text, and only signed endpoints are', async () => {
    for (const signer of [sign, async (request: WireRequest) => sign(request)]) {
      const { rest, sent } = createRestWorld(ok, { sign: signer });
      await rest.call(account, { a: 'é' }, raw);
      await rest.call(depth, {}, raw);
      expect(sent.map(({ text }) => text)).toEqual([
        'GET https://api.venue.test/base/api/v3/account?a=%C3%A9&signature=f00dcafef00dcafe\nx-key: canary-key-canary',
        'GET https://api.venue.test/base/api/v3/depth',
      ]);
    }
  });

  test('has the time that is left, a size and a pool by its lane', async () => {
    const { rest, sent } = createRestWorld(ok);
    await rest.call(depth, {}, raw);
    await rest.call({ at: 'GET /all', maxBytes: 64, lane: 'cancel' }, {}, raw, { withinMs: 700 });
    expect(sent.map(({ limits }) => limits)).toEqual([
      { deadlineMs: 10_000, maxBytes: 8_388_608, pool: 'data' },
      { deadlineMs: 700, maxBytes: 64, pool: 'orders' },
    ]);
  });

  test('leaves within the call when nothing makes it wait', () => {
    const { rest, sent } = createRestWorld(ok, { sign });
    void rest.call(order, {}, raw);
    expect(sent.length).toBe(1);
  });

  test('is announced once, right before', async () => {
    const events: string[] = [];
    const world = createRestWorld(
      () => {
        events.push('sent');
        return answer('{}');
      },
      { sign: (request) => (events.push('signed'), sign(request)) },
    );
    await world.rest.call(order, {}, raw, { onSend: () => events.push('announced') });
    expect(events).toEqual(['signed', 'announced', 'sent']);
  });
});

describe('an answer', () => {
  test('is read without losing a digit', async () => {
    const { rest } = createRestWorld(() => answer('{"id":9007199254740993,"price":1.10}'));
    expect(await rest.call(depth, {}, raw)).toEqual({ id: '9007199254740993', price: '1.10' });
  });

  test('without a body is read as undefined', async () => {
    const { rest } = createRestWorld(() => answer('', 204));
    expect(await rest.call(depth, {}, (json) => [json])).toEqual([undefined]);
  });

  describe('that can be read from its bytes', () => {
    const bytesOnly = Object.assign(() => 'decoded', {
      scan: (bytes: Uint8Array) => (bytes.length === 2 ? 'scanned' : undefined),
    });

    test.each([
      ['is not decoded', '{}', 200, 'scanned'],
      ['is not decoded, whatever it says', '{x', 200, 'scanned'],
      ['is decoded where the bytes are not understood', '{"a":1}', 200, 'decoded'],
      ['is decoded where it is no plain success', '{}', 201, 'decoded'],
    ])('%s', async (_what, body, status, result) => {
      const used: unknown[] = [];
      const usage = ({ headers }: { headers: ReadonlyMap<string, string> }): [] => {
        used.push(headers.get('x-used'));
        return [];
      };
      const { rest } = createRestWorld(() => answer(body, status, { 'x-used': '1' }), { usage });
      expect(await rest.call({ at: 'GET /x' }, {}, bytesOnly)).toBe(result);
      expect(used).toEqual(['1']);
    });
  });

  test('says what is used of limits, also when it is no success or cannot be read', async () => {
    const used: unknown[] = [];
    const usage = ({ headers, status }: { headers: ReadonlyMap<string, string>; status: number }): [] => {
      used.push([status, headers.get('x-used')]);
      if (status === 502) throw new Error('odd header');
      return [];
    };
    const answers = [answer('{}', 200, { 'x-used': '1' }), answer('{}', 400, { 'x-used': '2' }), answer('<html>', 502)];
    const { rest, metrics } = createRestWorld(() => answers.shift() ?? answer(''), { usage });
    await rest.call({ at: 'GET /x' }, {}, raw);
    await failureOf(rest.call({ at: 'GET /x' }, {}, raw));
    await failureOf(rest.call({ at: 'GET /x' }, {}, raw));
    expect(used).toEqual([
      [200, '1'],
      [400, '2'],
      [502, undefined],
    ]);
    expect(metrics().counts).toEqual({
      'rest.sent': 3,
      'rest.invalid-request': 1,
      'rest.venue-unavailable': 1,
      'rest.usage-unread': 1,
    });
    expect(metrics().timings['rest.data']?.count).toBe(3);
  });
});

describe('a listed verdict', () => {
  test.each([
    ['-2010', 'insufficient-balance', 'refused'],
    ['-2011', 'order-rejected', 'unknown'],
    ['-2013', 'order-not-found', 'unknown'],
  ])('%s becomes its error: %s, %s', async (code, kind, outcome) => {
    const { rest, sent } = createRestWorld(() => answer(`{"code":${code},"msg":"In the venue's words."}`, 400), {
      sign,
    });
    expect(await failureOf(rest.call(order, { symbol: 'X' }, raw))).toEqual({
      kind,
      outcome,
      operation: 'venue POST /api/v3/order',
      message: `venue POST /api/v3/order: In the venue's words. (${code})\nSee: https://docs.venue.test`,
      code,
      retryAfterMs: undefined,
    });
    expect(sent.length).toBe(1);
  });
});

describe('an unlisted answer', () => {
  const html = '<html>gateway</html>';

  test.each<[number, string, Lane, string, string]>([
    [400, '{"code":-9}', 'data', 'invalid-request', 'refused'],
    [401, '{}', 'data', 'auth', 'refused'],
    [404, '', 'data', 'invalid-request', 'refused'],
    [302, '{}', 'data', 'bad-response', 'unknown'],
    [500, '{}', 'data', 'venue-unavailable', 'unknown'],
    [400, '{"code":-9}', 'order', 'invalid-request', 'unknown'],
    [404, '{}', 'cancel', 'invalid-request', 'unknown'],
    [503, '{"code":-9}', 'order', 'venue-unavailable', 'unknown'],
    [200, html, 'data', 'bad-response', 'unknown'],
    [200, html, 'order', 'bad-response', 'unknown'],
    [200, '{"orderId":12', 'order', 'bad-response', 'unknown'],
    [403, html, 'data', 'bad-response', 'refused'],
    [403, html, 'cancel', 'bad-response', 'unknown'],
    [429, html, 'order', 'rate-limited', 'unknown'],
    [502, html, 'order', 'venue-unavailable', 'unknown'],
    [200, '{"code":{}}', 'order', 'bad-response', 'unknown'],
    [200, `[${'['.repeat(100)}`, 'data', 'bad-response', 'unknown'],
  ])('HTTP %i %j in the %s lane is %s, %s', async (status, body, lane, kind, outcome) => {
    const { rest } = createRestWorld(() => answer(body, status));
    expect(await failureOf(rest.call({ at: 'POST /x', lane }, {}, raw))).toMatchObject({ kind, outcome });
  });

  test('says its status, its type and its size', async () => {
    const { rest } = createRestWorld(() => answer(html, 502, { 'content-type': 'text/html' }));
    expect(await failureOf(rest.call(depth, {}, raw))).toMatchObject({
      message:
        'venue GET /api/v3/depth: HTTP 502, 20 bytes of text/html: not JSON at offset 0\nSee: https://docs.venue.test',
    });
  });
});

describe('an answer that the reader refuses', () => {
  const schemaError = Object.assign(new Error('Invalid type: Expected string but received 1'), {
    issues: [{ path: [{ key: 'bids', input: 'canary' }, { key: 0 }], input: 'canary' }],
  });

  test('is a bad response of unknown outcome that names the place, without the payload', async () => {
    for (const [issues, place] of [
      [schemaError.issues, 'bids.0: '],
      [[{ path: ['asks', 1] }], 'asks.1: '],
      [[{}], ''],
      ['none', ''],
    ] as const) {
      const { rest } = createRestWorld(ok);
      const reading = rest.call(depth, {}, () => {
        throw Object.assign(schemaError, { issues });
      });
      const error: unknown = await reading.catch((reason: unknown) => reason);
      expect(await failureOf(reading)).toMatchObject({
        kind: 'bad-response',
        outcome: 'unknown',
        message: `venue GET /api/v3/depth: ${place}Invalid type: Expected string but received 1\nSee: https://docs.venue.test`,
      });
      expect(inspect(error, { depth: Infinity, showHidden: true })).not.toContain('canary');
      expect(inspect(error)).toContain('rest-call.test.ts');
    }
  });

  test('keeps a verdict of the reader, but not that nothing was sent', async () => {
    const { rest } = createRestWorld(ok, { sign });
    for (const [said, outcome, kind] of [
      ['refused', 'refused', 'order-rejected'],
      ['not-sent', 'unknown', 'bad-response'],
    ] as const) {
      const reading = rest.call(order, {}, () => {
        throw new ConnectorError('x', { kind: 'order-rejected', outcome: said, operation: 'reader' });
      });
      expect(await failureOf(reading)).toMatchObject({ kind, outcome });
    }
  });

  test('may have been refused with something that is no error', async () => {
    const { rest } = createRestWorld(ok);
    const thrown: { readonly value: unknown } = { value: 'canary' };
    const reading = rest.call(depth, {}, () => {
      throw thrown.value;
    });
    expect(await failureOf(reading)).toMatchObject({ kind: 'bad-response', outcome: 'unknown' });
  });
});

describe('nothing is sent', () => {
  test.each<[string, Endpoint, Record<string, unknown>, string, string]>([
    ['to a host that is not there', { at: 'GET /x', host: 'none' }, {}, 'invalid-request', "there is no host 'none'"],
    ['without a path parameter', { at: 'GET /x/{id}' }, {}, 'invalid-request', 'parameter id is undefined'],
    [
      'with a parameter that is no text',
      { at: 'GET /x' },
      { price: Number.NaN },
      'invalid-request',
      'parameter price is NaN',
    ],
    [
      'with a body that JSON would change',
      { at: 'POST /x' },
      { price: Number.NaN },
      'invalid-request',
      'cannot encode .price',
    ],
    ['to charge a pool that is not there', { at: 'GET /x', cost: { none: 1 } }, {}, 'invalid-request', 'none'],
    ['that costs more than the limit', { at: 'GET /x', cost: { weight: 11 } }, {}, 'invalid-request', '11'],
    ['signed without credentials', account, {}, 'auth', 'this request needs credentials'],
    ['over a stream that is not there', { at: 'RPC order.place' }, {}, 'invalid-request', 'no stream'],
  ])('%s', async (_, at, params, kind, problem) => {
    const { rest, sent } = createRestWorld(ok);
    const failure = await failureOf(rest.call(at, params, raw));
    expect(failure).toMatchObject({ kind, outcome: 'not-sent', operation: `venue ${at.at}` });
    expect(inspect(failure)).toContain(problem);
    expect(sent).toEqual([]);
  });

  test('when signing fails, or leads elsewhere', async () => {
    const failing = (): WireRequest => {
      throw new TypeError('the secret is empty');
    };
    for (const [signer, problem] of [
      [failing, 'the secret is empty'],
      [async (): Promise<WireRequest> => failing(), 'the secret is empty'],
      [
        (request: WireRequest): WireRequest => ({ ...request, url: new URL('https://thief.test/') }),
        'signing must not lead from api.venue.test to thief.test',
      ],
    ] as const) {
      const { rest, sent } = createRestWorld(ok, { sign: signer });
      expect(await failureOf(rest.call(order, {}, raw))).toMatchObject({
        kind: 'invalid-request',
        outcome: 'not-sent',
        message: `venue POST /api/v3/order: ${problem}\nSee: https://docs.venue.test`,
      });
      expect(sent).toEqual([]);
    }
  });

  test('when the announcement fails', async () => {
    const { rest, sent } = createRestWorld(ok);
    const context: CallContext = {
      onSend: () => {
        throw new Error('the journal is full');
      },
    };
    await expect(rest.call(depth, {}, raw, context)).rejects.toThrow('the journal is full');
    expect(sent).toEqual([]);
  });

  test('when the caller has aborted, before the call or while it waits', async () => {
    const { rest, sent, clock } = createRestWorld(ok);
    const aborted = { kind: 'aborted', outcome: 'not-sent', operation: 'venue GET /api/v3/depth' };
    expect(await failureOf(rest.call(depth, {}, raw, { signal: AbortSignal.abort() }))).toMatchObject(aborted);
    await rest.call(depth, {}, raw);
    const controller = new AbortController();
    const waiting = failureOf(rest.call(depth, {}, raw, { signal: controller.signal }));
    await clock.advance(10);
    controller.abort();
    expect(await waiting).toMatchObject(aborted);
    await clock.advance(5_000);
    expect(sent.length).toBe(1);
  });

  test('when its time runs out while it waits or is signed', async () => {
    const { rest, sent, clock } = createRestWorld(ok);
    await rest.call(depth, {}, raw);
    for (const context of [{ withinMs: 300 }, { sendWithinMs: 300 }]) {
      const late = failureOf(rest.call(depth, {}, raw, context));
      await clock.advance(300);
      expect(await late).toMatchObject({ kind: 'rate-limited', outcome: 'not-sent' });
    }
    const slow = createRestWorld(ok, {
      sign: async (request) => {
        await slow.clock.advance(600);
        return request;
      },
    });
    const failure = await failureOf(slow.rest.call(order, {}, raw, { sendWithinMs: 500 }));
    expect(failure).toMatchObject({ kind: 'rate-limited', outcome: 'not-sent' });
    expect([sent.length, slow.sent.length]).toEqual([1, 0]);
  });
});

describe('when the network fails', () => {
  test.each(['not-sent', 'unknown'] as const)('the outcome is what the port says: %s', async (outcome) => {
    const { rest } = createRestWorld(() => {
      const operation = 'GET https://api.venue.test/base/api/v3/depth';
      throw new ConnectorError('api.venue.test: reset', { kind: 'network', outcome, operation });
    });
    expect(await failureOf(rest.call(depth, { symbol: 'X' }, raw))).toMatchObject({
      kind: 'network',
      outcome,
      operation: 'venue GET /api/v3/depth',
      message: 'venue GET /api/v3/depth: api.venue.test: reset\nSee: https://docs.venue.test',
    });
  });

  test('the outcome is unknown when the port says nothing', async () => {
    const { rest } = createRestWorld(() => {
      throw new Error('surprise');
    });
    expect(await failureOf(rest.call(depth, {}, raw))).toMatchObject({ kind: 'network', outcome: 'unknown' });
  });
});

describe('a request over the rate limit', () => {
  test('holds back what shares the limit for as long as the venue says', async () => {
    for (const [limited, waitMs] of [
      [answer('{}', 429, { 'retry-after': '7' }), 7_000],
      [answer('{"code":-1003,"msg":"Too many"}', 200), 3_000],
      [answer('{"code":-1003,"msg":"Too many"}', 429, { 'retry-after': '9' }), 9_000],
      [answer('slow down', 429), 1_000],
    ] as const) {
      const answers = [limited];
      const { rest, sent, clock } = createRestWorld(() => answers.shift() ?? answer('{}'), { deadlineMs: 60_000 });
      const failure = await failureOf(rest.call(depth, {}, raw));
      expect(failure).toMatchObject({ kind: 'rate-limited', retryAfterMs: waitMs });
      const next = rest.call({ ...depth, cost: { weight: 1 } }, {}, raw);
      await rest.call({ at: 'GET /free', cost: { orders: 1 } }, {}, raw);
      await clock.advance(waitMs);
      await next;
      expect(sent.map(({ at }) => at - 1_000)).toEqual([0, 0, waitMs]);
    }
  });

  test('that is banned holds back everything that is charged', async () => {
    const answers = [answer('', 418)];
    const { rest, sent, clock } = createRestWorld(() => answers.shift() ?? answer('{}'), { deadlineMs: 100_000 });
    expect(await failureOf(rest.call({ at: 'GET /x', cost: { orders: 1 } }, {}, raw))).toMatchObject({
      kind: 'rate-limited',
      outcome: 'refused',
      retryAfterMs: 60_000,
    });
    const next = rest.call(depth, {}, raw);
    await clock.advance(60_000);
    await next;
    expect(sent.map(({ at }) => at - 1_000)).toEqual([0, 60_000]);
  });
});

describe('a timestamp that the venue refuses', () => {
  const skew = '{"code":-1021,"msg":"Timestamp is outside of the recvWindow."}';

  test('is measured and tried once more in the data lane', async () => {
    const answers = [answer(skew, 400), answer('{"ok":1}')];
    const { rest, sent, measured } = createRestWorld(() => answers.shift() ?? answer('{}'), { sign });
    expect(await rest.call(account, {}, raw)).toEqual({ ok: '1' });
    expect([sent.length, measured()]).toEqual([2, 1]);
  });

  test('is refused when it is wrong again', async () => {
    const { rest, sent, measured } = createRestWorld(() => answer(skew, 400), { sign });
    expect(await failureOf(rest.call(account, {}, raw))).toMatchObject({ kind: 'clock-skew', code: '-1021' });
    expect([sent.length, measured()]).toEqual([2, 1]);
  });

  test('is refused when time cannot be measured', async () => {
    const onClockSkew = (): Promise<void> => Promise.reject(new Error('HTTP 503'));
    const { rest, sent, metrics } = createRestWorld(() => answer(skew, 400), { sign, onClockSkew });
    expect(await failureOf(rest.call(account, {}, raw))).toMatchObject({ kind: 'clock-skew', code: '-1021' });
    expect(sent.length).toBe(1);
    expect(metrics().counts['rest.clock-unmeasured']).toBe(1);
  });

  test('of an order is measured in the background, and the order is not sent again', async () => {
    let finish = (): void => undefined;
    const onClockSkew = (): Promise<void> => new Promise((resolve) => (finish = resolve));
    const { rest, sent, clock } = createRestWorld(() => answer(skew, 400), { sign, onClockSkew });
    expect(await failureOf(rest.call(order, {}, raw))).toMatchObject({ kind: 'clock-skew', outcome: 'refused' });
    finish();
    await clock.advance(60_000);
    expect(sent.length).toBe(1);
  });

  test('of an unsigned request is not measured, because measuring is one', async () => {
    const { rest, sent, measured } = createRestWorld(() => answer(skew, 400));
    expect(await failureOf(rest.call(depth, {}, raw))).toMatchObject({ kind: 'clock-skew' });
    expect([sent.length, measured()]).toEqual([1, 0]);
  });
});

test('an order or a cancel goes out once, whatever comes back', async () => {
  const statuses = fc.constantFrom(200, 204, 301, 400, 401, 403, 408, 418, 429, 500, 502, 503, 504);
  const bodies = fc.constantFrom(
    '',
    '{}',
    '<html>',
    '{"code":-1021}',
    '{"code":-1003}',
    '{"code":-2010}',
    '{"code":{}}',
    '{"a',
  );
  const lanes = fc.constantFrom<Lane>('order', 'cancel');
  const methods = fc.constantFrom('POST', 'DELETE', 'PUT', 'GET');
  await fc.assert(
    fc.asyncProperty(statuses, bodies, lanes, methods, fc.boolean(), async (status, body, lane, method, isLost) => {
      const { rest, sent, clock } = createRestWorld(
        () => {
          if (isLost) throw new Error('reset');
          return answer(body, status);
        },
        { sign },
      );
      const calling = failureOf(rest.call({ at: `${methodOf(method)} /order`, signed: true, lane }, {}, raw));
      await clock.advance(300_000);
      await calling;
      expect(sent.length).toBe(1);
    }),
    { seed: 20_261_122, numRuns: 300 },
  );
});

function methodOf(text: string): 'POST' | 'DELETE' | 'PUT' | 'GET' {
  return text === 'POST' || text === 'DELETE' || text === 'PUT' ? text : 'GET';
}

describe('a request over a stream', () => {
  test('is charged, sent and judged like any other', async () => {
    const asked: unknown[] = [];
    const { rest, sent } = createRestWorld(ok, {
      overStream: async (at, method, params, { withinMs, onSend }) => {
        onSend?.();
        asked.push([at.host, method, params, withinMs]);
        return { status: 200, headers: new Map(), body: { orderId: '1' } };
      },
    });
    let announced = 0;
    const at: Endpoint = { at: 'RPC order.place', host: 'trading', lane: 'order', cost: { weight: 1 } };
    const result = await rest.call(at, { a: 1 }, raw, { withinMs: 50, onSend: () => (announced += 1) });
    expect([result, asked, announced, sent]).toEqual([
      { orderId: '1' },
      [['trading', 'order.place', { a: 1 }, 50]],
      1,
      [],
    ]);
  });

  test('is refused and lost like any other', async () => {
    const body = { code: '-2010', msg: 'No money.' };
    const refused = createRestWorld(ok, { overStream: async () => ({ status: 400, headers: new Map(), body }) });
    const at: Endpoint = { at: 'RPC order.place', lane: 'order' };
    expect(await failureOf(refused.rest.call(at, {}, raw))).toMatchObject({
      outcome: 'refused',
      message: 'venue RPC order.place: No money. (-2010)\nSee: https://docs.venue.test',
    });
    const lost = createRestWorld(ok, { overStream: () => Promise.reject(new Error('closed')) });
    expect(await failureOf(lost.rest.call(at, {}, raw))).toMatchObject({ kind: 'network', outcome: 'unknown' });
  });
});

describe('a message', () => {
  test('keeps the names of what signing added', async () => {
    const signer = (request: WireRequest): WireRequest => {
      const url = new URL(request.url.href);
      url.search += '&recvWindow=5000&signature=canary-signature';
      return { ...request, url };
    };
    const words = 'Timestamp is outside of the recvWindow.';
    const { rest } = createRestWorld(() => answer(`{"code":-1021,"msg":"${words}"}`, 400), { sign: signer });
    const error: unknown = await rest.call(order, {}, raw).catch((reason: unknown) => reason);
    expect(inspect(error)).toContain(words);
  });

  test('shows nothing that signing added, however the venue echoes it', async () => {
    const signer = (request: WireRequest): WireRequest => {
      const url = new URL(request.url.href);
      url.search += `&timestamp=1700000000000&signature=${encodeURIComponent('cAnArY+/signature==')}`;
      const headers = { ...request.headers, 'x-key': 'canary-key', authorization: 'Bearer canary-token' };
      return { ...request, url, headers, body: `${request.body}&passphrase=canary-phrase` };
    };
    const echo =
      'bad sign: 1700000000000canary-keyGET cAnArY+/signature== (cAnArY%2B%2Fsignature%3D%3D, canary-token, canary-phrase)';
    const { rest } = createRestWorld(() => answer(`{"code":-2010,"msg":"${echo}"}`, 400), { sign: signer });
    const error: unknown = await rest.call(order, { price: '12345678' }, raw).catch((reason: unknown) => reason);
    const shown = inspect(error, { depth: Infinity, showHidden: true });
    expect(shown).toContain('bad sign: 1700000000000[secret]GET [secret]');
    expect(shown).not.toMatch(/canary-|cAnArY/);
  });

  test('is one line of at most 300 characters in the venue’s words', async () => {
    const words = `a\\r\\nb\\u001b[31mc\\u202ed ${'x'.repeat(400)}`;
    const { rest } = createRestWorld(() => answer(`{"code":-2010,"msg":"${words}"}`, 400));
    expect(await failureOf(rest.call(depth, {}, raw))).toMatchObject({
      message: `venue GET /api/v3/depth: a b [31mc d ${'x'.repeat(288)}…\nSee: https://docs.venue.test`,
    });
  });

  test('does not show the query, nor what the endpoint was filled with', async () => {
    const { rest } = createRestWorld(() => answer('', 500));
    const failure = await failureOf(
      rest.call({ at: 'GET /ws/{listenKey}' }, { listenKey: 'canary', key: 'canary' }, raw),
    );
    expect(failure).toMatchObject({ operation: 'venue GET /ws/{listenKey}' });
    expect(inspect(failure)).not.toContain('canary');
  });
});
