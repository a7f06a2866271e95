import { createAmend, type Amend, type AmendOptions } from './amend.js';
import { createCancelling, type CancelOptions, type Cancelling } from './cancel.js';
import { createPlacing, type PlaceOptions, type Placing } from './place.js';

export type CommandsOptions<O, C, W> = PlaceOptions<O, C, W> &
  AmendOptions<O, C, W> &
  Omit<CancelOptions<O, C, W>, 'placing'>;

/** What changes orders at the venue. Each command goes to the wire once. */
export type Commands = Pick<Placing, 'place' | 'placeMany'> &
  Cancelling & {
    readonly amend: Amend;
    /** Resolves when no command is under way. */
    readonly settled: () => Promise<void>;
    /** Gives up placements that have not been answered. */
    readonly close: () => void;
  };

export function createCommands<O, C, W>(options: CommandsOptions<O, C, W>): Commands {
  const placing = createPlacing(options);
  const cancelling = createCancelling({ ...options, placing });
  const sendAmendment = createAmend(options);
  const underWay = new Set<Promise<unknown>>();

  const track = async <T>(command: Promise<T>): Promise<T> => {
    underWay.add(command);
    try {
      return await command;
    } finally {
      underWay.delete(command);
    }
  };

  return {
    place: (request) => track(placing.place(request)),
    placeMany: (requests) => track(placing.placeMany(requests)),
    cancel: (clientOrderId) => track(cancelling.cancel(clientOrderId)),
    cancelAll: (which) => track(cancelling.cancelAll(which)),
    amend: (clientOrderId, to) => track(sendAmendment(clientOrderId, to)),
    settled: async () => {
      await Promise.allSettled([...underWay]);
    },
    close: placing.close,
  };
}
