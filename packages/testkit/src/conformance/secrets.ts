/** The first text reachable from `value` that contains one of `secrets`; error causes, stacks and hidden members included. */
export function findSecret(value: unknown, secrets: ReadonlySet<string>): string | undefined {
  const canaries = [...secrets];
  // Names of members come again and again, as do objects.
  const seen = new Set<unknown>();
  const waiting: unknown[] = [value];
  for (let next = waiting.pop(); next !== undefined || waiting.length > 0; next = waiting.pop()) {
    if (typeof next === 'string') {
      const text = next;
      if (canaries.some((canary) => text.includes(canary))) return text;
    } else if (typeof next === 'object' && next !== null && !seen.has(next)) {
      seen.add(next);
      for (const member of membersOf(next, seen)) waiting.push(member);
    }
  }
  return undefined;
}

function membersOf(value: object, seen: Set<unknown>): readonly unknown[] {
  if (value instanceof Uint8Array) return [new TextDecoder().decode(value)];
  if (value instanceof Map) return [...value].flat();
  if (value instanceof Set) return [...value];
  // Digits of decimals, above all.
  if (Array.isArray(value)) return value.filter((item: unknown) => typeof item !== 'number');
  const members: unknown[] = [];
  for (const key of Reflect.ownKeys(value)) {
    const member = read(value, key);
    if (typeof member === 'string' || (typeof member === 'object' && member !== null)) members.push(member);
    if (seen.has(key)) continue;
    seen.add(key);
    members.push(String(key));
  }
  return members;
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
