import { readFileSync } from 'node:fs';

import { decodeJson } from '../../../src/index.js';

/** A payload exactly as the venue's documentation prints it, with the page it is on: numbers keep their zeros. */
export function documented(name: string): string {
  const text = readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), 'utf8');
  const start = text.indexOf('"payload":');
  if (start < 0) throw new Error(`${name} has no payload`);
  return text.slice(start + '"payload":'.length, text.lastIndexOf('}')).trim();
}

/** The same, decoded as core decodes it: every number is its source text. */
export function decoded(name: string): unknown {
  return decodeJson(documented(name));
}

/** The same as an answer by HTTP. */
export function answer(name: string): { readonly body: object } {
  return { body: parsed(documented(name)) };
}

/** A text that was sent, as an object. */
export function parsed(text: string): object {
  const json: unknown = JSON.parse(text);
  if (typeof json !== 'object' || json === null) throw new TypeError(`not an object: ${text}`);
  return json;
}
