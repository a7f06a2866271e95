/** A running hash of text: 53 bits, the same on every machine. Tells runs apart, proves nothing against an attacker. */
export type Digest = {
  /** Returns the hash of all that was added. */
  readonly add: (text: string) => string;
};

/** Two FNV-1a lanes. https://datatracker.ietf.org/doc/html/draft-eastlake-fnv */
export function createDigest(): Digest {
  let high = 0x811c9dc5;
  let low = 0xc9dc5118;
  return {
    add: (text) => {
      for (let at = 0; at < text.length; at += 1) {
        const code = text.charCodeAt(at);
        high = Math.imul(high ^ code, 0x01000193);
        low = Math.imul(low ^ code, 0x5bd1e995) ^ (low >>> 15);
      }
      return (high >>> 0).toString(16).padStart(8, '0') + (low >>> 0).toString(16).padStart(8, '0');
    },
  };
}
