import { binance } from '@hb/connector-binance';
import { kucoin } from '@hb/connector-kucoin';
import { expect, test } from 'vitest';

import { credentialsFrom } from '../src/credentials.js';

const environment = { API_KEY: 'key', API_SECRET: 'a secret', PASSPHRASE: 'a word', HOME: '/home/trader' };

test('each venue gets the fields that it has, and no other variable', () => {
  expect(credentialsFrom(binance.credentials, environment)).toEqual({ apiKey: 'key', apiSecret: 'a secret' });
  expect(credentialsFrom(kucoin.credentials, environment)).toEqual({
    apiKey: 'key',
    apiSecret: 'a secret',
    passphrase: 'a word',
  });
});

test('what is missing is named, and no value is shown', () => {
  const { PASSPHRASE: _passphrase, API_KEY: _apiKey, ...rest } = environment;
  expect(() => credentialsFrom(kucoin.credentials, rest)).toThrow(new Error('set API_KEY, PASSPHRASE'));
});
