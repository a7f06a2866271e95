import type { CredentialField, CredentialsInput } from '@hb/connector-core';

type Fields<C> = Readonly<Record<keyof C & string, CredentialField>>;
type Variables = Readonly<Record<string, string | undefined>>;

/** What the environment has for each field of a venue's credentials: `API_KEY` for `apiKey`. Throws when one that is needed is not set. */
export function credentialsFrom<C>(fields: Fields<C>, environment: Variables): CredentialsInput<C> {
  const names = Object.keys(fields);
  const found = Object.fromEntries(
    names.flatMap((name) => {
      const value = environment[toVariable(name)];
      return value === undefined ? [] : [[name, value]];
    }),
  );
  if (isComplete(found, fields)) return found;
  const missing = needed(fields).filter((name) => !(name in found));
  throw new Error(`set ${missing.map(toVariable).join(', ')}`);
}

function isComplete<C>(found: object, fields: Fields<C>): found is CredentialsInput<C> {
  return needed(fields).every((name) => name in found);
}

function needed<C>(fields: Fields<C>): readonly string[] {
  return Object.entries<CredentialField>(fields).flatMap(([name, { optional }]) => (optional === true ? [] : [name]));
}

function toVariable(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}
