/** Two that end differently. */
export const variants = {
  one: () => ({ run: () => 1, state: () => 'one' }),
  other: () => ({ run: () => 1, state: () => 'other' }),
};
