import { createRandom } from '../random.js';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Makes up ids of letters and digits, the same from the same seed: `6gCrw2kRUAF9CvJDGP16IP`. */
export function createIds(seed: number | string, length: number, alphabet: string = letters): () => string {
  const random = createRandom(seed);
  return () => Array.from({ length }, () => alphabet.charAt(random.integer(0, alphabet.length - 1))).join('');
}
