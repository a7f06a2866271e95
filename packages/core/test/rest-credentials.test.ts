import { inspect } from 'node:util';

import { describe, expect, test } from 'vitest';

import { toHex } from '../src/codec/text.js';
import { createNodeCrypto } from '../src/ports/node-crypto.js';
import type { Crypto } from '../src/ports/ports.js';
import { createSecret, createSigning, sealCredentials } from '../src/rest/credentials.js';
import type { CredentialsInput, Secret } from '../src/spec/api.js';
import type { CredentialField } from '../src/spec/common.js';

type Credentials = { readonly apiKey: string; readonly secret: Secret; readonly passphrase?: Secret };

const fields: Readonly<Record<keyof Credentials, CredentialField>> = {
  apiKey: { label: 'API key', secret: false },
  secret: { label: 'secret key', secret: true },
  passphrase: { label: 'passphrase', secret: true, optional: true },
};

/** What a user may pass in spite of the types, as JavaScript or from a file. */
function seal(input: object): Credentials {
  return sealCredentials<Credentials>(fields, { apiKey: '', secret: '', ...input });
}

function textOf(value: unknown): string {
  return String(value);
}

describe('a secret', () => {
  const secret = createSecret('canary');

  test('prints as [secret] wherever it is shown', () => {
    expect([textOf(secret), textOf([secret]), JSON.stringify({ secret }), inspect(secret)]).toEqual([
      '[secret]',
      '[secret]',
      '{"secret":"[secret]"}',
      '[secret]',
    ]);
    expect(inspect({ a: [secret] }, { showHidden: true, depth: Infinity, customInspect: false })).not.toContain(
      'canary',
    );
    expect(Reflect.ownKeys(secret).map(String)).not.toContain('canary');
  });

  test('cannot be changed', () => {
    expect(() => Object.assign(secret, { toString: () => 'x' })).toThrow(TypeError);
  });
});

describe('signing', () => {
  test('uses the text of a secret, and parses it once', () => {
    const crypto = createNodeCrypto();
    const parsed: string[] = [];
    const counting: Crypto = {
      ...crypto,
      key: (kind, text) => {
        parsed.push(`${kind} ${text}`);
        return crypto.key(kind, text);
      },
    };
    const signing = createSigning(counting);
    const secret = createSecret('Jefe');
    const text = 'what do ya want for nothing?';
    // https://www.rfc-editor.org/rfc/rfc4231#section-4.3
    const expected = '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843';
    expect(toHex(signing.hmac('sha256', secret, text))).toBe(expected);
    expect(signing.hmacHex('sha256', secret, text)).toBe(expected);
    expect(parsed).toEqual(['hmac Jefe']);
  });

  test('takes a secret where the text is one', () => {
    const signing = createSigning(createNodeCrypto());
    const secret = createSecret('Jefe');
    expect(signing.hmac('sha256', secret, createSecret('phrase'))).toEqual(signing.hmac('sha256', secret, 'phrase'));
    expect(() => signing.hmac('sha256', secret, { type: 'secret' })).toThrow('was not made by createSecret');
  });

  test('by ed25519 takes a PEM, and says so when a secret is none', () => {
    const signing = createSigning(createNodeCrypto());
    // The second key of https://www.rfc-editor.org/rfc/rfc8032#section-7.1
    const seed = 'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7';
    const der = Buffer.from(`302e020100300506032b657004220420${seed}`, 'hex').toString('base64');
    const pem = createSecret(`-----BEGIN PRIVATE KEY-----\n${der}\n-----END PRIVATE KEY-----`);
    expect(toHex(signing.ed25519(pem, new Uint8Array([0xaf, 0x82]))).slice(0, 16)).toBe('6291d657deec2402');
    expect(() => signing.ed25519(createSecret('canary'), new Uint8Array())).toThrow(/^the secret is not an Ed25519/);
  });

  test('by secp256k1 takes 64 hexadecimal digits, and gives the public key', () => {
    const signing = createSigning(createNodeCrypto());
    // https://eips.ethereum.org/EIPS/eip-155#example
    const secret = createSecret('46'.repeat(32));
    const hash = Buffer.from('daf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53', 'hex');
    expect(toHex(signing.secp256k1(secret, hash)).slice(0, 16)).toBe('28ef61340bd939bc');
    expect(signing.publicKey(secret)).toHaveLength(65);
    expect(() => signing.publicKey(createSecret('canary'))).toThrow(/^the secret is not a secp256k1 private key/);
  });

  test('hashes a body as the machine does', () => {
    const crypto = createNodeCrypto();
    expect(createSigning(crypto).hash('sha512', 'a body')).toEqual(crypto.hash('sha512', 'a body'));
  });

  test('refuses what only looks like a secret', () => {
    const signing = createSigning(createNodeCrypto());
    expect(() => signing.hmac('sha256', { type: 'secret' }, '')).toThrow('the secret was not made by createSecret');
  });
});

describe('credentials', () => {
  test('keep plain fields, without white space around them, and hide the others', () => {
    const signing = createSigning(createNodeCrypto());
    const sealed = seal({ apiKey: ' key\n', secret: ' Jefe\n' });
    expect([sealed.apiKey, textOf(sealed.secret), 'passphrase' in sealed]).toEqual(['key', '[secret]', false]);
    expect(signing.hmac('sha256', sealed.secret, 'x')).toEqual(signing.hmac('sha256', createSecret('Jefe'), 'x'));
    expect(inspect(sealed, { depth: Infinity, showHidden: true })).not.toContain('Jefe');
  });

  test('pass an object as it is where one is wanted', () => {
    type Signed = { readonly signer: { readonly sign: () => string } };
    const signed = { signer: { label: 'what signs', secret: false, type: 'object' } } as const;
    const signer = { sign: (): string => '' };
    expect(sealCredentials<Signed>(signed, { signer }).signer).toBe(signer);
    const text: object = { signer: 'canary' };
    expect(() => sealCredentials<Signed>(signed, { signer, ...text })).toThrow(
      'credentials: signer (what signs) must be an object, not text',
    );
  });

  test.each<[string, object, string]>([
    ['missing', { apiKey: 'key', secret: undefined }, 'secret (secret key) is missing'],
    ['empty', { apiKey: ' ', secret: 's' }, 'apiKey (API key) is empty'],
    [
      'a number in the place of a secret',
      { apiKey: 'k', secret: 4242 },
      'secret (secret key) must be text, not a number',
    ],
    ['a number in the place of a key', { apiKey: 4242, secret: 's' }, 'apiKey (API key) must be text, not a number'],
    ['bytes', { apiKey: Buffer.from('canary'), secret: 's' }, 'apiKey (API key) must be text, not an object'],
    ['null', { apiKey: 'k', secret: 's', passphrase: null }, 'passphrase (passphrase) must be text, not null'],
    ['a boolean', { apiKey: 'k', secret: true }, 'secret (secret key) must be text, not a boolean'],
    ['unknown', { apiKey: 'k', secret: 's', apikey: 'canary' }, 'apikey is not one of apiKey, secret, passphrase'],
    [
      'keys in the place of names',
      { apiKey: 'k', secret: 's', 'canary-canary-canary-canary': 'x' },
      'a name of 27 characters is not one of apiKey, secret, passphrase',
    ],
    [
      'all wrong',
      { passphrase: '' },
      'apiKey (API key) is empty; secret (secret key) is empty; passphrase (passphrase) is empty',
    ],
  ])('that are %s are named, never shown', (_, input, problem) => {
    const attempt = (): unknown => seal(input);
    expect(attempt).toThrow(`credentials: ${problem}`);
    expect(attempt).toThrow(expect.objectContaining({ kind: 'auth', outcome: 'not-sent' }));
    expect(attempt).not.toThrow(/canary|4242|true/);
  });

  test('have types: texts where the venue sees secrets', () => {
    const input: CredentialsInput<Credentials> = { apiKey: 'k', secret: 's', passphrase: 'p' };
    expect(textOf(sealCredentials<Credentials>(fields, input).passphrase)).toBe('[secret]');
  });
});
