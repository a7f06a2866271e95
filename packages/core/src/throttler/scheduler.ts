import type { Clock } from '../ports/ports.js';
import {
  fitsAfter,
  fitsAt,
  fullGates,
  isOwedAt,
  sharedGates,
  take,
  unitsAt,
  type Bound,
  type Claim,
  type Gate,
} from './claim.js';
import { createQueues, type Queue, type Queues, type Ticket } from './queues.js';

/** After this long a data request may go before orders, so that it is served within a minute. */
const patienceMs = 50_000;

/**
 * Lets requests through gates: at once while nobody waits, else by these rules.
 *
 * - Cancels before orders before data. Within a lane, first come first served at every gate that is full.
 * - A request passes one that waits ahead of it only when the other does not wait longer for it. So a request that
 *   needs no full gate is not held up, and a heavy request is not overtaken for ever by light ones.
 * - An order or cancel is held back when a waiting data request could not leave in time after it.
 *
 * One timer is armed, for the first instant at which something can change.
 */
export type Scheduler = {
  readonly clock: Clock;
  /** Takes the units if nobody waits and they fit. */
  readonly takeNow: (claim: Claim, now: number) => boolean;
  /** The ticket may be settled within the call. */
  readonly wait: (ticket: Ticket) => void;
  /** Drops tickets without settling them. */
  readonly leave: (tickets: Iterable<Ticket>) => void;
};

/** Why the head of a queue cannot go now. */
type Obstacle = {
  readonly queue: Queue;
  /** When there is room for what it waits for; now when it waits behind another. */
  readonly at: number;
  /** Where its own lane may not pass it. */
  readonly gates: readonly Gate[];
  /** The data request that has to go first. */
  readonly endangered?: Queue;
};

export function createScheduler(clock: Clock): Scheduler {
  const queues = createQueues();
  let timer: { readonly at: number; readonly cancel: () => void } | undefined;

  const grant = ({ claim, head }: Queue, now: number): void => {
    take(claim, now);
    queues.drop(head);
    head.settle('granted');
  };

  /** Grants what can go, in order, and returns what cannot. */
  const grantAll = (now: number): readonly Obstacle[] => {
    const blocked: Obstacle[] = [];
    const passed = new Set<Queue>();
    for (let queue = queues.foremost(passed); queue !== undefined; queue = queues.foremost(passed)) {
      const obstacle = findObstacle(queue, blocked, now) ?? findEndangered(queues, queue, now);
      if (obstacle === undefined) {
        grant(queue, now);
      } else if (obstacle.endangered !== undefined && obstacle.at <= now) {
        grant(obstacle.endangered, now);
      } else {
        passed.add(queue);
        blocked.push(obstacle);
      }
    }
    return blocked;
  };

  const pump = (): void => {
    const now = clock.mono();
    for (const ticket of queues.takeExpired(now)) ticket.settle('expired');
    let next = Infinity;
    for (const { queue, at } of grantAll(now)) {
      const due = queue.claim.lane === 'data' ? dueAt(queue.head, now) : Infinity;
      if (at > now) next = Math.min(next, at);
      if (due > now) next = Math.min(next, due);
    }
    arm(Math.min(next, queues.firstDeadline()));
  };

  const arm = (at: number): void => {
    if (timer?.at === at) return;
    timer?.cancel();
    timer = undefined;
    if (at === Infinity) return;
    const cancel = clock.at(at, () => {
      timer = undefined;
      pump();
    });
    timer = { at, cancel };
  };

  return {
    clock,
    takeNow: (claim, now) => {
      if (!queues.isEmpty() || fitsAt(claim, now, 'ceiling') > now) return false;
      take(claim, now);
      return true;
    },
    wait: (ticket) => {
      if (queues.add(ticket)) pump();
      else arm(Math.min(timer?.at ?? Infinity, ticket.deadline));
    },
    leave: (tickets) => {
      let headsLeft = 0;
      for (const ticket of tickets) headsLeft += queues.drop(ticket) ? 1 : 0;
      if (headsLeft > 0) pump();
    },
  };
}

/** Why the head of `queue` cannot go: its gates are full, or it would pass one of `blocked` that it may not. */
function findObstacle(queue: Queue, blocked: readonly Obstacle[], now: number): Obstacle | undefined {
  const { claim } = queue;
  const at = fitsAt(claim, now, boundOf(queue, now));
  if (at > now) return { queue, at, gates: fullGates(claim, now) };
  for (const ahead of blocked) {
    const isSameLane = ahead.queue.claim.lane === claim.lane;
    // A data request that is due does not wait for orders.
    if (!isSameLane && isDueData(queue, now)) continue;
    const gates = sharedGates(claim, ahead.queue.claim);
    const isQueueing = isSameLane && gates.some((gate) => ahead.gates.includes(gate));
    const itsTime = fitsAfter(claim, ahead.queue.claim, now, boundOf(ahead.queue, now));
    if (isQueueing || itsTime > ahead.at) return { queue, at: now, gates };
  }
  return undefined;
}

/** The first data request that could not leave in time if the order or cancel at the head of `queue` went now. */
function findEndangered(queues: Queues, queue: Queue, now: number): Obstacle | undefined {
  if (queue.claim.lane === 'data') return undefined;
  const data = queues.inLane('data');
  const endangered = data.find((late, index) => {
    const owed = toOwed(late, data, now);
    const itsTime = Math.max(fitsAt(owed, now, 'limit'), dueAt(late.head, now));
    if (fitsAfter(queue.claim, owed, now, 'limit') <= itsTime) return false;
    return data.slice(0, index).every((older) => sharedGates(older.claim, late.claim).length === 0);
  });
  if (endangered === undefined) return undefined;
  const { claim } = endangered;
  return { queue, at: fitsAt(claim, now, 'limit'), gates: sharedGates(claim, queue.claim), endangered };
}

/** The claim of `late` with all that data waits for at its gates, as far as that is within data's share. */
function toOwed({ claim }: Queue, data: readonly Queue[], now: number): Claim {
  const parts = claim.parts.map((part) => {
    const wanted = data.reduce((sum, queue) => sum + queue.size * unitsAt(queue.claim, part.gate), 0);
    const left = part.dataShare - part.gate.takenByData.used(now);
    return { ...part, units: Math.max(part.units, Math.min(wanted, left)) };
  });
  return { ...claim, parts };
}

function boundOf(queue: Queue, now: number): Bound {
  return isDueData(queue, now) ? 'limit' : 'ceiling';
}

function isDueData({ claim, head }: Queue, now: number): boolean {
  return claim.lane === 'data' && dueAt(head, now) <= now;
}

/** When a data request may go before orders: it has lost patience, and data has not had its share. */
function dueAt({ since, claim }: Ticket, now: number): number {
  return Math.max(since + patienceMs, isOwedAt(claim, now));
}
