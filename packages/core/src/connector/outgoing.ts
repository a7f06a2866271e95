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
  type Entry = Abort & { readonly waiting: (() => void)[]; isSent: boolean };
  const entries = new Map<string, Entry>();
  // Made when there is time: nothing else that an order needs here takes as long.
  let spare: Abort | undefined = createAbort();

  return {
    begin: (clientOrderId) => {
      const { controller, signal } = spare ?? createAbort();
      spare = undefined;
      const entry: Entry = { controller, signal, waiting: [], isSent: false };
      entries.set(clientOrderId, entry);
      return {
        signal,
        isSent: () => entry.isSent,
        send: () => {
          entry.isSent = true;
        },
        end: () => {
          entries.delete(clientOrderId);
          for (const resolve of entry.waiting) resolve();
          spare ??= createAbort();
        },
      };
    },
    withhold: (clientOrderId) => {
      const entry = entries.get(clientOrderId);
      if (entry === undefined || entry.isSent) return false;
      entry.controller.abort(new Error('cancelled before it was sent'));
      return true;
    },
    answered: (clientOrderId) => {
      const entry = entries.get(clientOrderId);
      return entry && new Promise((resolve) => entry.waiting.push(resolve));
    },
    close: () => {
      for (const { controller } of entries.values()) controller.abort(new Error('the connector has been stopped'));
    },
  };
}

type Abort = { readonly controller: AbortController; readonly signal: AbortSignal };

/** With its signal, which a controller makes only when it is asked for. */
function createAbort(): Abort {
  const controller = new AbortController();
  return { controller, signal: controller.signal };
}
