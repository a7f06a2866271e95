import { refuse } from '@hb/connector-testkit';

const kept = 100;
const dayMs = 86_400_000;

/** The highest nonces of each signer. https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/nonces-and-api-wallets */
export type Nonces = {
  /** Throws for one that is used, lower than all that are kept, or far from now. */
  readonly use: (signer: string, nonce: number, now: number) => void;
};

export function createNonces(): Nonces {
  const used = new Map<string, readonly number[]>();
  return {
    use: (signer, nonce, now) => {
      const known = used.get(signer) ?? [];
      if (known.includes(nonce)) throw refuse('err', `Invalid nonce: duplicate nonce ${nonce}`, 200);
      const isLow = known.length === kept && nonce < (known[0] ?? 0);
      if (isLow || nonce <= now - 2 * dayMs || nonce >= now + dayMs) {
        throw refuse('err', `Invalid nonce: ${nonce} is out of bounds`, 200);
      }
      used.set(signer, [...known, nonce].toSorted((one, other) => one - other).slice(-kept));
    },
  };
}
