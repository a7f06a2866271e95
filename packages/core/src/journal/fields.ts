import { decimal, type Decimal } from '../model/decimal.js';

/** How a value is written as JSON data, and read from what `decodeJson` makes of that. */
export type Field<T> = {
  readonly write: (value: T) => unknown;
  /** Throws a `TypeError` or a `RangeError` for what `write` does not make. */
  readonly read: (value: unknown) => T;
};

/** A field for every member: one that is forgotten, or not marked as optional, does not compile. */
export type Shape<T> = { readonly [K in keyof T]-?: Field<T[K]> };

export const text: Field<string> = {
  write: (value) => value,
  read: (value) => {
    if (typeof value !== 'string') throw new TypeError(`not a text: ${String(value)}`);
    return value;
  },
};

/** A time, a count: never money. */
export const number: Field<number> = {
  write: finite,
  read: (value) => finite(Number(text.read(value)), text.read(value)),
};

/** A mark that is set or left out. */
export const flag: Field<true> = {
  write: (value) => value,
  read: (value) => {
    // JSON without losses gives `true` as it is.
    if (value !== true) throw new TypeError(`not a mark: ${String(value)}`);
    return true;
  },
};

/** Written as text. */
export const exact: Field<Decimal> = {
  write: (value) => {
    const plain = value.toFixed();
    // Longer than any decimal that `read` takes must be found out now, not after a restart.
    return plain.length > 64 ? decimal(plain).toFixed() : plain;
  },
  read: (value) => decimal(text.read(value)),
};

/** One of the texts that are the keys of `table`. */
export function oneOf<T extends string>(table: Readonly<Record<T, true>>): Field<T> {
  const isListed = (value: string): value is T => Object.hasOwn(table, value);
  return {
    write: (value) => value,
    read: (value) => {
      const word = text.read(value);
      if (!isListed(word)) throw new TypeError(`not known: ${JSON.stringify(word)}`);
      return word;
    },
  };
}

/** A member that may be left out. */
export function optional<T>(field: Field<T>): Field<T | undefined> {
  return {
    write: (value) => (value === undefined ? undefined : field.write(value)),
    read: (value) => (value === undefined ? undefined : field.read(value)),
  };
}

export function list<T>(field: Field<T>): Field<readonly T[]> {
  return {
    write: (values) => values.map(field.write),
    read: (values) => {
      if (!Array.isArray(values)) throw new TypeError('not a list');
      return values.map(field.read);
    },
  };
}

/** An object with the members of `shape` and no others: a member that is not known must not get lost when it is written again. */
export function object<T extends object>(shape: Shape<T>): Field<T> {
  const keys: Extract<keyof T, string>[] = [];
  for (const key in shape) keys.push(key);
  const isWhole = (value: Partial<T>): value is T =>
    keys.every((key) => value[key] !== undefined || shape[key].read(undefined) === undefined);

  return {
    write: (value) => {
      const members: Record<string, unknown> = {};
      for (const key of keys) members[key] = shape[key].write(value[key]);
      return members;
    },
    read: (value) => {
      if (typeof value !== 'object' || value === null) throw new TypeError('not an object');
      const result: Partial<T> = {};
      for (const key of keys) {
        const member = shape[key].read(Reflect.get(value, key));
        if (member !== undefined) result[key] = member;
      }
      const stranger = Object.keys(value).find((key) => !Object.hasOwn(shape, key));
      if (stranger !== undefined) throw new TypeError(`a member that is not known: ${JSON.stringify(stranger)}`);
      if (!isWhole(result)) throw new TypeError('a member is missing');
      return result;
    },
  };
}

function finite(value: number, shown: number | string = value): number {
  if (!Number.isFinite(value)) throw new TypeError(`not a number: ${shown}`);
  return value;
}
