/** A running hash of text: 53 bits, the same on every machine. Tells runs apart, proves nothing against an attacker. */
export type Digest = {
  readonly add: (text: string) => void;
  /** Of all that was added. */
  readonly hash: () => string;
};

/** Two FNV-1a lanes. https://datatracker.ietf.org/doc/html/draft-eastlake-fnv */
export function createDigest(): Digest {
  let high = 0x811c9dc5;
  let low = 0xc9dc5118;
  return {
    add: (text) => {
      let [one, other] = [high, low];
      for (let at = 0; at < text.length; at += 1) {
        const code = text.charCodeAt(at);
        one = Math.imul(one ^ code, 0x01000193);
        other = Math.imul(other ^ code, 0x5bd1e995) ^ (other >>> 15);
      }
      high = one;
      low = other;
    },
    hash: () => (high >>> 0).toString(16).padStart(8, '0') + (low >>> 0).toString(16).padStart(8, '0'),
  };
}

/** Of one text. */
export function hashOf(text: string): string {
  const digest = createDigest();
  digest.add(text);
  return digest.hash();
}
