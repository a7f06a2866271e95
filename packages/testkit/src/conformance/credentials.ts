import { toBase64, toHex, toUtf8, type CredentialField, type CredentialsInput } from '@hb/connector-core';

import type { TestedSpec } from './fixture.js';

/** The secrets among credentials, as the spec marks them. */
export function secretsOf<O, C, W>(spec: TestedSpec<O, C, W>, credentials: CredentialsInput<C>): readonly string[] {
  const given = new Map<string, unknown>(Object.entries(credentials));
  const secrets = Object.entries<CredentialField>(spec.credentials).filter(([, { secret }]) => secret);
  return secrets.map(([name]) => given.get(name)).filter((value) => typeof value === 'string');
}

/** The same credentials with one character of every secret changed: well-formed, and wrong. */
export function spoilCredentials<O, C, W>(
  spec: TestedSpec<O, C, W>,
  credentials: CredentialsInput<C>,
): CredentialsInput<C> {
  return secretsOf(spec, credentials).reduce((given: CredentialsInput<C>, secret) => {
    const name = Object.entries(given).find(([, value]) => value === secret)?.[0] ?? '';
    return { ...given, [name]: changeOne(secret) };
  }, credentials);
}

/** Texts that must be found nowhere: a secret as it is, and as it could be written. */
export function spellings(secret: string): readonly string[] {
  const lines = secret.split('\n').filter((line) => line.length >= 16 && !line.startsWith('-----'));
  return [secret, ...lines, encodeURIComponent(secret), toBase64(toUtf8(secret)), toHex(toUtf8(secret))];
}

/** Near the end, where a PEM still has its key. */
function changeOne(secret: string): string {
  const at = secret.replace(/\s*-----END[^]*$/, '').length - 8;
  const other = secret[at] === 'A' ? 'B' : 'A';
  return secret.slice(0, at) + other + secret.slice(at + 1);
}
