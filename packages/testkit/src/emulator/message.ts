import { decodeJson } from '@hb/connector-core';

/** A JSON object, with numbers as their source text; `undefined` for any other text. */
export function readObject(text: string): Readonly<Record<string, unknown>> | undefined {
  const value = decode(text);
  return isObject(value) ? value : undefined;
}

/** The source text of a message's `id`, so that a number is echoed as a number: `1`, `"1"` or `null`. `undefined`: none of them. */
export function readMessageId(text: string): string | undefined {
  return /"id"\s*:\s*("[\w.:-]{0,64}"|-?\d{1,19}|null)\s*[,}]/.exec(text)?.[1];
}

function decode(text: string): unknown {
  try {
    return decodeJson(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
