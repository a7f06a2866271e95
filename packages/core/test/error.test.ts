import { describe, expect, test } from 'vitest';

import { attribute } from '../src/errors/attribute.js';
import { detailOf, isRateLimit, kindOfStatus } from '../src/errors/classify.js';
import { ConnectorError, isConnectorError } from '../src/errors/connector-error.js';

describe('an error', () => {
  test('has what is known and a message with operation, problem and link', () => {
    const cause = new Error('inner');
    const error = new ConnectorError('balance too low (-2010)', {
      kind: 'insufficient-balance',
      outcome: 'refused',
      operation: 'binance POST /api/v3/order',
      code: '-2010',
      retryAfterMs: 5,
      clientOrderId: 'a1',
      docs: 'https://venue.test/docs',
      cause,
    });
    expect(error.message).toBe('binance POST /api/v3/order: balance too low (-2010)\nSee: https://venue.test/docs');
    expect(Object.fromEntries(Object.entries(error))).toEqual({
      name: 'ConnectorError',
      kind: 'insufficient-balance',
      outcome: 'refused',
      operation: 'binance POST /api/v3/order',
      code: '-2010',
      retryAfterMs: 5,
      clientOrderId: 'a1',
    });
    expect(error.cause).toBe(cause);
  });

  test('is known as one, also when another copy of this package made it', () => {
    const error = new ConnectorError('x', { kind: 'network', outcome: 'unknown', operation: 'y' });
    const other = Object.assign(new Error('x'), { kind: 'auth', [Symbol.for('@hb/connector-error')]: true });
    expect([isConnectorError(error), isConnectorError(error, 'network'), isConnectorError(error, 'auth')]).toEqual([
      true,
      true,
      false,
    ]);
    expect([isConnectorError(other), isConnectorError(other, 'auth')]).toEqual([true, true]);
    expect([isConnectorError(new Error('x')), isConnectorError({ kind: 'auth' }), isConnectorError(undefined)]).toEqual(
      [false, false, false],
    );
  });

  test('gives its detail without its operation', () => {
    const options = { kind: 'network', outcome: 'unknown', operation: 'GET https://venue.test/x' } as const;
    expect(detailOf(new ConnectorError('reset', options))).toBe('reset');
    const reworded = new ConnectorError('reset', options);
    reworded.message = 'something else';
    expect(detailOf(reworded)).toBe('something else');
  });
});

describe('an error of an order', () => {
  const about = { operation: 'venue place BTC-USDT', clientOrderId: 'a1', outcome: 'not-sent' } as const;

  test('keeps what it says and gains the order', () => {
    const options = { kind: 'network', outcome: 'unknown', operation: 'venue POST /order', code: '-1' } as const;
    const error = attribute(new ConnectorError('reset', options), about);
    expect([error.message, error.clientOrderId, error.outcome, error.code]).toEqual([
      'venue POST /order: reset',
      'a1',
      'unknown',
      '-1',
    ]);
    expect(attribute(error, about)).toBe(error);
  });

  test('is made of anything that was thrown, with the outcome that is known', () => {
    const made = [attribute(new Error('odd'), about), attribute('odd', { ...about, outcome: 'unknown' })];
    expect(made.map(({ kind, outcome, message }) => [kind, outcome, message])).toEqual([
      ['invalid-request', 'not-sent', 'venue place BTC-USDT: odd'],
      ['bad-response', 'unknown', 'venue place BTC-USDT: something that is no error was thrown'],
    ]);
  });
});

test.each([
  [204, 'bad-response'],
  [302, 'bad-response'],
  [400, 'invalid-request'],
  [401, 'auth'],
  [403, 'auth'],
  [404, 'invalid-request'],
  [418, 'rate-limited'],
  [429, 'rate-limited'],
  [500, 'venue-unavailable'],
  [504, 'venue-unavailable'],
])('HTTP %i says %s', (status, kind) => {
  expect(kindOfStatus(status)).toBe(kind);
  expect(isRateLimit(status)).toBe(kind === 'rate-limited');
});
