import type { Lane } from '../spec/endpoint.js';
import type { Claim } from './claim.js';

/** One request that waits. */
export type Ticket = {
  readonly claim: Claim;
  readonly since: number;
  /** Infinity when it may wait for ever. */
  readonly deadline: number;
  /** Called once, and not after the ticket was dropped. */
  readonly settle: (how: 'granted' | 'expired') => void;
};

/** The requests of one lane that want the same, oldest first: when the head cannot go, none can. */
export type Queue = { readonly claim: Claim; readonly head: Ticket; readonly size: number };

/** All that wait, by lane and claim. */
export type Queues = {
  readonly isEmpty: () => boolean;
  /** Whether the ticket is alone in its queue. */
  readonly add: (ticket: Ticket) => boolean;
  /** Whether the ticket was at the head of its queue. */
  readonly drop: (ticket: Ticket) => boolean;
  /** The queue whose head is next by lane, then by age. */
  readonly foremost: (except: ReadonlySet<Queue>) => Queue | undefined;
  /** Oldest head first. */
  readonly inLane: (lane: Lane) => readonly Queue[];
  /** Drops and returns the tickets whose deadline has come. */
  readonly takeExpired: (now: number) => readonly Ticket[];
  /** No deadline is earlier; Infinity when there is none. */
  readonly firstDeadline: () => number;
};

const rank: Readonly<Record<Lane, number>> = { cancel: 0, order: 1, data: 2 };

type Entry = { readonly ticket: Ticket; readonly order: number };

/** Entries before `first`, and those whose ticket no longer waits, are gone. */
type Line = {
  readonly key: string;
  readonly claim: Claim;
  head: Ticket;
  size: number;
  order: number;
  first: number;
  entries: Entry[];
};

export function createQueues(): Queues {
  const lines = new Map<string, Line>();
  const waiting = new Map<Ticket, Line>();
  let arrivals = 0;
  let firstDeadline = Infinity;

  const add = (ticket: Ticket): boolean => {
    const entry: Entry = { ticket, order: arrivals };
    arrivals += 1;
    firstDeadline = Math.min(firstDeadline, ticket.deadline);
    const key = keyOf(ticket.claim);
    const known = lines.get(key);
    const line = known ?? createLine(key, entry);
    if (known !== undefined) {
      known.entries.push(entry);
      known.size += 1;
    }
    lines.set(key, line);
    waiting.set(ticket, line);
    return known === undefined;
  };

  const drop = (ticket: Ticket): boolean => {
    const line = waiting.get(ticket);
    waiting.delete(ticket);
    if (line === undefined) return false;
    line.size -= 1;
    if (line.head !== ticket) return false;
    if (!advance(line, waiting)) lines.delete(line.key);
    return true;
  };

  return {
    isEmpty: () => waiting.size === 0,
    add,
    drop,
    foremost: (except) => {
      let best: Line | undefined;
      for (const line of lines.values()) {
        if (!except.has(line) && (best === undefined || compare(line, best) < 0)) best = line;
      }
      return best;
    },
    inLane: (lane) => [...lines.values()].filter((line) => line.claim.lane === lane).sort(compare),
    takeExpired: (now) => {
      if (firstDeadline > now) return [];
      const expired = [...waiting.keys()].filter(({ deadline }) => deadline <= now);
      for (const ticket of expired) drop(ticket);
      firstDeadline = Infinity;
      for (const { deadline } of waiting.keys()) firstDeadline = Math.min(firstDeadline, deadline);
      return expired;
    },
    firstDeadline: () => (waiting.size === 0 ? Infinity : firstDeadline),
  };
}

function createLine(key: string, entry: Entry): Line {
  const { ticket, order } = entry;
  return { key, claim: ticket.claim, head: ticket, size: 1, order, first: 0, entries: [entry] };
}

/** Moves the head to the next ticket that waits; false when there is none. */
function advance(line: Line, waiting: ReadonlyMap<Ticket, Line>): boolean {
  for (line.first += 1; line.first < line.entries.length; line.first += 1) {
    const entry = line.entries[line.first];
    if (entry === undefined || !waiting.has(entry.ticket)) continue;
    line.head = entry.ticket;
    line.order = entry.order;
    if (line.first > 1_024 && 2 * line.first > line.entries.length) {
      line.entries = line.entries.slice(line.first);
      line.first = 0;
    }
    return true;
  }
  return false;
}

function compare(one: Line, other: Line): number {
  return rank[one.claim.lane] - rank[other.claim.lane] || one.order - other.order;
}

function keyOf({ lane, holds, parts }: Claim): string {
  const heldBy = holds.map(({ id }) => id).join();
  return `${lane} ${heldBy} ${parts.map(({ gate, units }) => `${gate.id}*${units}`).join()}`;
}
