import type { JournalRecord } from '../orders/record.js';

/** The records of orders that are not forgotten: all of a journal that stays in memory. */
export type Store = {
  /** `bytes`: what the record takes on disk. */
  readonly put: (record: JournalRecord, bytes: number) => void;
  readonly forget: (clientOrderId: string) => void;
  /** In the order of their numbers, from this one on; those that are put meanwhile too. */
  readonly from: (sequence: number) => Iterable<JournalRecord>;
  readonly ofOrder: (clientOrderId: string) => readonly JournalRecord[];
  readonly orders: () => Iterable<string>;
  readonly size: () => { readonly records: number; readonly orders: number; readonly bytes: number };
};

export function createStore(): Store {
  const records = new Map<number, JournalRecord>();
  const orders = new Map<string, { readonly sequences: number[]; bytes: number }>();
  let last = 0;
  let bytes = 0;

  return {
    put: (record, size) => {
      const { sequence, clientOrderId } = record;
      records.set(sequence, record);
      last = sequence;
      bytes += size;
      const order = orders.get(clientOrderId);
      if (order === undefined) orders.set(clientOrderId, { sequences: [sequence], bytes: size });
      else {
        order.sequences.push(sequence);
        order.bytes += size;
      }
    },
    forget: (clientOrderId) => {
      const order = orders.get(clientOrderId);
      if (order === undefined) return;
      for (const sequence of order.sequences) records.delete(sequence);
      orders.delete(clientOrderId);
      bytes -= order.bytes;
    },
    from: function* (sequence) {
      // Most readers want the newest few.
      if (last - sequence > records.size) {
        for (const record of records.values()) if (record.sequence >= sequence) yield record;
        return;
      }
      for (let next = sequence; next <= last; next += 1) {
        const record = records.get(next);
        if (record !== undefined) yield record;
      }
    },
    ofOrder: (clientOrderId) =>
      (orders.get(clientOrderId)?.sequences ?? []).flatMap((sequence) => records.get(sequence) ?? []),
    orders: () => orders.keys(),
    size: () => ({ records: records.size, orders: orders.size, bytes }),
  };
}
