import { ConnectorError } from '../errors/connector-error.js';
import type { ClientIdRule } from '../spec/spot.js';
import {
  hexFormat,
  integerFormat,
  isLegalText,
  legalText,
  textFormat,
  uuidFormat,
  type IdFormat,
  type TextRule,
} from './client-id-format.js';

/** Makes client order ids that a venue takes, and knows its own again. */
export type ClientIds = {
  /** Never the same twice, nor, with overwhelming probability, one that another run or another machine makes. */
  readonly next: () => string;
  /** Makes the next id now, when there is time, and not when it is asked for. */
  readonly prepare: () => void;
  /**
   * Whether an id was made here or by an earlier run with the same prefix; ids that a caller chose are not recognised.
   * Another's id passes once in 40,000, in short or purely numeric ids once in a thousand, in 31-bit ones once in 32.
   */
  readonly isOurs: (id: string) => boolean;
  /** Throws `invalid-request` for an id that the venue would not take. */
  readonly check: (id: string) => void;
};

// A letter first, for no id may be taken for a number. It must not tell which software made it.
const neutralPrefixes = ['o', 'O', ''];
const longestLocalId = 64;

/**
 * An id is prefix, instance, counter and check: the instance is drawn at random by each `createClientIds`, the counter counts,
 * and the check tells our ids from others'. No clock is in them. A `prefix` replaces the neutral one; only text ids can have it.
 */
export function createClientIds(
  rule: ClientIdRule,
  options: {
    readonly random: () => number;
    readonly prefix?: string;
    /** Where ids are short, an earlier run may have made the same one. */
    readonly isUsed?: (id: string) => boolean;
  },
): ClientIds {
  const format = toFormat(rule, options.prefix);
  const isLegal = rule.form === 'text' ? legalText(rule.alphabet) : (): boolean => true;
  const used = new Set<bigint>();
  let instance = drawInstance();
  let hashed = hashOf(instance.toString(36));
  let counter = 0;
  let spare: string | undefined;
  // No run counts further than this.
  const counters = Number(format.counters);
  const checks = Number(format.checks);

  function drawInstance(): bigint {
    // Short ids run out of instances after some ten million orders; older ones are long over by then.
    if (BigInt(used.size) >= format.instances) used.clear();
    let drawn = draw(format.instances, options.random);
    while (used.has(drawn)) drawn = (drawn + 1n) % format.instances;
    used.add(drawn);
    return drawn;
  }

  function make(): string {
    for (;;) {
      const id = makeNext();
      if (options.isUsed?.(id) !== true) return id;
    }
  }

  function makeNext(): string {
    counter += 1;
    if (counter >= counters) {
      instance = drawInstance();
      hashed = hashOf(instance.toString(36));
      counter = 1;
    }
    return format.write({ instance, counter, check: checkOf(hashed, counter) % checks });
  }

  return {
    next: () => {
      const id = spare ?? make();
      spare = undefined;
      return id;
    },
    prepare: () => {
      spare ??= make();
    },
    isOurs: (id) => {
      const parts = format.read(id);
      if (parts === undefined || parts.counter === 0n) return false;
      // Read and written again: leading zeros make another text.
      const check = BigInt(checkOf(hashOf(parts.instance.toString(36)), parts.counter)) % format.checks;
      return parts.check === check && format.write(parts) === id;
    },
    check: (id) => {
      const fault = faultOf(id, rule, isLegal);
      if (fault !== undefined) throw refusal(`client order id ${JSON.stringify(id)} ${fault}`);
    },
  };
}

function toFormat(rule: ClientIdRule, prefix: string | undefined): IdFormat {
  if (prefix !== undefined && prefix !== '' && rule.form !== 'text' && rule.form !== 'none') {
    throw refusal(
      `prefix ${JSON.stringify(prefix)}: the client order ids of this venue are ${rule.form} and take none`,
    );
  }
  switch (rule.form) {
    case 'integer':
      return integerFormat(rule.bits);
    case 'hex':
      return hexFormat(rule.bytes);
    case 'uuid':
      return uuidFormat();
    case 'none':
      return textFormat({ max: 32, alphabet: /[0-9a-z]/ }, prefix ?? 'o');
    case 'text':
      return textFormat(rule, (rule.prefix ?? '') + toPrefix(rule.alphabet, prefix));
  }
}

function toPrefix(alphabet: RegExp, prefix: string | undefined): string {
  if (prefix === undefined) return neutralPrefixes.find((neutral) => isLegalText(neutral, alphabet)) ?? '';
  if (isLegalText(prefix, alphabet)) return prefix;
  throw refusal(`prefix ${JSON.stringify(prefix)} has characters that the venue does not take: ${String(alphabet)}`);
}

function faultOf(id: string, rule: ClientIdRule, isLegal: (text: string) => boolean): string | undefined {
  switch (rule.form) {
    case 'integer':
      if (/^\d{1,39}$/.test(id) && BigInt(id) < 1n << BigInt(rule.bits)) return undefined;
      return `is not an integer of at most ${rule.bits} bits`;
    case 'hex':
      if (id.length === 2 + rule.bytes * 2 && /^0x[0-9a-f]+$/i.test(id)) return undefined;
      return `is not 0x and ${rule.bytes * 2} hexadecimal digits`;
    case 'uuid':
      return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id) ? undefined : 'is not a UUID';
    case 'none':
      return id.length >= 1 && id.length <= longestLocalId
        ? undefined
        : `does not have 1 to ${longestLocalId} characters`;
    case 'text':
      return textFaultOf(id, rule, isLegal);
  }
}

function textFaultOf(id: string, rule: TextRule, isLegal: (text: string) => boolean): string | undefined {
  const { max, alphabet, prefix = '' } = rule;
  if (id.length <= prefix.length || id.length > max) return `does not have ${prefix.length + 1} to ${max} characters`;
  if (!id.startsWith(prefix)) return `does not begin with ${prefix}`;
  if (!isLegal(id.slice(prefix.length))) return `has characters other than ${String(alphabet)}`;
  return undefined;
}

/** Of an instance, hashed, and a counter. */
function checkOf(hashed: number, counter: bigint | number): number {
  const hash = hashOf(` ${counter.toString(36)}`, hashed);
  // The low bits of FNV are weak; they are all that a short check has.
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** FNV-1a. https://datatracker.ietf.org/doc/html/draft-eastlake-fnv */
function hashOf(text: string, from = 0x811c9dc5): number {
  let hash = from;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash;
}

function draw(below: bigint, random: () => number): bigint {
  let value = 0n;
  for (let limit = 1n; limit < below; limit <<= 24n) value = (value << 24n) | BigInt(Math.floor(random() * 2 ** 24));
  return value % below;
}

function refusal(message: string): ConnectorError {
  return new ConnectorError(message, { kind: 'invalid-request', outcome: 'not-sent', operation: 'client order id' });
}
