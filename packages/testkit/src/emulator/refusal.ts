/** What a venue answers instead of a result, thrown by whoever finds the fault. */
export type VenueRefusal = Error & {
  /** In the venue's own words: `-1121`, `'400100'`, `'INVALID_PARAM_VALUE'`. */
  readonly code: number | string;
  /** Of HTTP. */
  readonly status: number;
  readonly details: RefusalDetails;
};

/** What a refusal says besides its code. */
export type RefusalDetails = {
  /** Goes into the body beside the code and the message. */
  readonly data?: unknown;
  /** When the next request may be sent. */
  readonly retryAt?: number;
};

/** A refusal to throw: `throw refuse(-1121, 'Invalid symbol.')`. Status 400 when left out. */
export function refuse(
  code: number | string,
  message: string,
  status = 400,
  details: RefusalDetails = {},
): VenueRefusal {
  return Object.assign(new Error(message), { code, status, details });
}

/** Whether an error is the venue’s own word. */
export function isRefusal(error: unknown): error is VenueRefusal {
  return error instanceof Error && 'code' in error && 'status' in error && 'details' in error;
}

/** What `run` returns, or the refusal that it throws. */
export function attempt<T>(run: () => T): T | VenueRefusal {
  try {
    return run();
  } catch (error) {
    if (isRefusal(error)) return error;
    throw error;
  }
}
