/** The first text reachable from `value` that contains one of `secrets`; error causes, stacks and hidden members included. */
export function findSecret(value: unknown, secrets: ReadonlySet<string>): string | undefined {
  const seen = new Set<unknown>();
  const waiting: unknown[] = [value];
  for (let next = waiting.pop(); next !== undefined || waiting.length > 0; next = waiting.pop()) {
    if (typeof next === 'string') {
      const text = next;
      if ([...secrets].some((secret) => text.includes(secret))) return text;
    } else if (typeof next === 'object' && next !== null && !seen.has(next)) {
      seen.add(next);
      waiting.push(...membersOf(next));
    }
  }
  return undefined;
}

function membersOf(value: object): readonly unknown[] {
  if (value instanceof Uint8Array) return [new TextDecoder().decode(value)];
  if (value instanceof Map) return [...value].flat();
  if (value instanceof Set) return [...value];
  return Reflect.ownKeys(value).flatMap((key) => [String(key), read(value, key)]);
}

/** Members that cannot be read hold nothing that could be told. */
function read(value: object, key: string | symbol): unknown {
  try {
    const member: unknown = Reflect.get(value, key);
    return member;
  } catch {
    return undefined;
  }
}
