/** A token of a chain. `id` is the address or mint and the identity; the symbol is only a label. */
export type Token = { readonly id: string; readonly symbol: string; readonly decimals: number };
