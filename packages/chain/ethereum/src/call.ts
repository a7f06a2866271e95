/** A call of a contract: `value` is native coin to go with it, in wei. */
export type Call = { readonly to: string; readonly data: `0x${string}`; readonly value?: bigint };
