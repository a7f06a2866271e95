/** An order from its intent to the venue's answer. */
export type Flight = {
  /** Aborts when the order is not to leave any more. */
  readonly signal: AbortSignal;
  readonly isSent: () => boolean;
  /** The first byte is about to leave. */
  readonly send: () => void;
  /** It was answered, or has failed. */
  readonly end: () => void;
};

/** The orders that are on their way. */
export type Outgoing = {
  readonly begin: (clientOrderId: string) => Flight;
  /** Keeps an order from leaving that has not left; false when it is too late for that. */
  readonly withhold: (clientOrderId: string) => boolean;
  /** Resolves when the order's request has been answered, or has failed; `undefined` when none is under way. */
  readonly answered: (clientOrderId: string) => Promise<void> | undefined;
  /** Gives up what has not been answered. */
  readonly close: () => void;
};

export function createOutgoing(): Outgoing {
  type Entry = { readonly controller: AbortController; readonly over: Promise<void>; isSent: boolean };
  const entries = new Map<string, Entry>();

  return {
    begin: (clientOrderId) => {
      let resolve = (): void => undefined;
      const over = new Promise<void>((onOver) => {
        resolve = onOver;
      });
      const controller = new AbortController();
      const entry: Entry = { controller, over, isSent: false };
      entries.set(clientOrderId, entry);
      return {
        signal: controller.signal,
        isSent: () => entry.isSent,
        send: () => {
          entry.isSent = true;
        },
        end: () => {
          entries.delete(clientOrderId);
          resolve();
        },
      };
    },
    withhold: (clientOrderId) => {
      const entry = entries.get(clientOrderId);
      if (entry === undefined || entry.isSent) return false;
      entry.controller.abort(new Error('cancelled before it was sent'));
      return true;
    },
    answered: (clientOrderId) => entries.get(clientOrderId)?.over,
    close: () => {
      for (const { controller } of entries.values()) controller.abort(new Error('the connector has been stopped'));
    },
  };
}
