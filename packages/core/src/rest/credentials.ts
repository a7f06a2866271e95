import { ConnectorError } from '../errors/connector-error.js';
import type { Crypto, Key, KeyKind } from '../ports/ports.js';
import type { CredentialsInput, Secret, Signing } from '../spec/api.js';
import type { CredentialField } from '../spec/common.js';

// A secret's text is reachable from this file alone.
const texts = new WeakMap<Secret, string>();
const sealed = new WeakSet<object>();

/** Holds `text` where no log, error or JSON shows it: the value prints as `[secret]`. */
export function createSecret(text: string): Secret {
  const secret: Secret = { type: 'secret' };
  const shown = { value: () => '[secret]' };
  Object.defineProperties(secret, {
    toString: shown,
    toJSON: shown,
    [Symbol.toPrimitive]: shown,
    [Symbol.for('nodejs.util.inspect.custom')]: shown,
  });
  texts.set(secret, text);
  sealed.add(secret);
  return Object.freeze(secret);
}

/** Signs with secrets; each is parsed into a key once. Throws a `TypeError` for a secret that is no key of the kind. */
export function createSigning(crypto: Crypto): Signing {
  const keys: Readonly<Record<KeyKind, WeakMap<Secret, Key>>> = {
    hmac: new WeakMap(),
    ed25519: new WeakMap(),
    secp256k1: new WeakMap(),
  };

  function keyOf(kind: KeyKind, secret: Secret): Key {
    const known = keys[kind].get(secret);
    if (known !== undefined) return known;
    const key = crypto.key(kind, textOf(secret));
    keys[kind].set(secret, key);
    return key;
  }

  return {
    hash: (hash, text) => crypto.hash(hash, text),
    hmac: (hash, secret, text) => crypto.hmac(hash, keyOf('hmac', secret), toPlain(text)),
    hmacHex: (hash, secret, text) => crypto.hmacHex(hash, keyOf('hmac', secret), toPlain(text)),
    ed25519: (secret, data) => crypto.sign('ed25519', keyOf('ed25519', secret), data),
    secp256k1: (secret, hash) => crypto.sign('secp256k1', keyOf('secp256k1', secret), hash),
    publicKey: (secret) => crypto.publicKey(keyOf('secp256k1', secret)),
  };
}

function toPlain(text: string | Secret): string {
  return typeof text === 'string' ? text : textOf(text);
}

function textOf(secret: Secret): string {
  const text = texts.get(secret);
  if (text === undefined) throw new TypeError('the secret was not made by createSecret');
  return text;
}

type Fields<C> = Readonly<Record<keyof C & string, CredentialField>>;

/**
 * What a user passed as what the venue's functions see: texts without the white space around them, secrets sealed.
 * Throws an `auth` error that names every field which is missing, empty, not text or unknown, and never shows a value.
 */
export function sealCredentials<C>(fields: Fields<C>, input: CredentialsInput<C>): C {
  const known = new Map<string, CredentialField>(Object.entries(fields));
  if (kindOf(input) !== 'an object')
    throw refusal(`they must be an object with ${[...known.keys()].join(', ')}, not ${kindOf(input)}`);
  const given = new Map<string, unknown>(Object.entries(input));
  const problems = [...unusable(known, given), ...unknown(known, given)];
  const complete = Object.fromEntries([...known].flatMap(([name, field]) => seal(name, field, given.get(name))));
  if (problems.length === 0 && isComplete(complete, fields)) return complete;
  throw refusal(problems.join('; '));
}

function refusal(message: string): ConnectorError {
  return new ConnectorError(message, { kind: 'auth', outcome: 'not-sent', operation: 'credentials' });
}

function seal(name: string, field: CredentialField, value: unknown): readonly [string, unknown][] {
  if (value === undefined) return [];
  const plain = typeof value === 'string' ? value.trim() : value;
  return [[name, field.secret && typeof plain === 'string' ? createSecret(plain) : plain]];
}

function unusable(known: ReadonlyMap<string, CredentialField>, given: ReadonlyMap<string, unknown>): readonly string[] {
  return [...known].flatMap(([name, field]) => {
    const problem = problemOf(field, given.get(name));
    return problem === undefined ? [] : [`${name} (${field.label}) ${problem}`];
  });
}

function problemOf({ secret, optional, type }: CredentialField, value: unknown): string | undefined {
  if (value === undefined) return optional === true ? undefined : 'is missing';
  if (secret && isSealed(value)) return undefined;
  const wanted = type === undefined ? 'text' : 'an object';
  if (kindOf(value) !== wanted) return `must be ${wanted}, not ${kindOf(value)}`;
  return typeof value === 'string' && value.trim() === '' ? 'is empty' : undefined;
}

/** Of a value that is not shown. */
function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return 'text';
  return `${typeof value === 'object' ? 'an' : 'a'} ${typeof value}`;
}

/** Whether it was made by `createSecret`. */
function isSealed(value: unknown): boolean {
  return typeof value === 'object' && value !== null && sealed.has(value);
}

function unknown(known: ReadonlyMap<string, CredentialField>, given: ReadonlyMap<string, unknown>): readonly string[] {
  const names = [...given.keys()].filter((name) => !known.has(name));
  // A long name may be a key that got into the wrong place.
  const shown = names.map((name) => (/^\w{1,24}$/.test(name) ? name : `a name of ${name.length} characters`));
  return shown.map((name) => `${name} is not one of ${[...known.keys()].join(', ')}`);
}

function isComplete<C>(value: object, fields: Fields<C>): value is C & object {
  return Object.entries<CredentialField>(fields).every(([name, field]) => field.optional === true || name in value);
}
