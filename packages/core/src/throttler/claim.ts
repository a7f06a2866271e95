import type { Lane } from '../spec/endpoint.js';
import type { Counter } from './counter.js';

/** One limit that requests pass, with what the data lane took of it. */
export type Gate = { readonly id: number; readonly counter: Counter; readonly takenByData: Counter };

/** What a freeze stops until a time; shared by all gates of a pool. */
export type Hold = { readonly id: number; until: number };

/** The units that a request takes at one gate. */
export type Part = {
  readonly gate: Gate;
  readonly units: number;
  /** What the gate may hold with this request; below `limit` for data, so that orders find room. */
  readonly ceiling: number;
  readonly limit: number;
  /** What data may take of the gate, however many orders wait. */
  readonly dataShare: number;
};

/** All that a request takes, at once or not at all. */
export type Claim = { readonly lane: Lane; readonly parts: readonly Part[]; readonly holds: readonly Hold[] };

/** `ceiling`: as the claim's lane may fill the gates; `limit`: as the venue allows. */
export type Bound = 'ceiling' | 'limit';

/** When `claim` fits; `now` when it does already. */
export function fitsAt(claim: Claim, now: number, bound: Bound): number {
  let at = now;
  for (const hold of claim.holds) at = Math.max(at, hold.until);
  for (const part of claim.parts) at = Math.max(at, partFitsAt(part, now, bound, 0));
  return at;
}

/** When `claim` fits at the gates that it shares with `other`, were `other` to take its units now. */
export function fitsAfter(other: Claim, claim: Claim, now: number, bound: Bound): number {
  let at = now;
  for (const part of claim.parts) {
    const taken = unitsAt(other, part.gate);
    if (taken > 0) at = Math.max(at, partFitsAt(part, now, bound, taken));
  }
  return at;
}

/** When a data request is within what data may take however many orders wait. */
export function isOwedAt(claim: Claim, now: number): number {
  return claim.parts.reduce(
    (at, { gate, units, dataShare }) => Math.max(at, gate.takenByData.fitsAt(now, units, dataShare)),
    now,
  );
}

/** The gates at which `claim` does not fit yet. */
export function fullGates(claim: Claim, now: number): readonly Gate[] {
  return claim.parts.filter((part) => partFitsAt(part, now, 'ceiling', 0) > now).map(({ gate }) => gate);
}

export function sharedGates(one: Claim, other: Claim): readonly Gate[] {
  return one.parts.map(({ gate }) => gate).filter((gate) => other.parts.some((part) => part.gate === gate));
}

export function unitsAt({ parts }: Claim, gate: Gate): number {
  return parts.find((part) => part.gate === gate)?.units ?? 0;
}

export function take({ lane, parts }: Claim, now: number): void {
  for (const { gate, units } of parts) {
    gate.counter.add(now, units);
    if (lane === 'data') gate.takenByData.add(now, units);
  }
}

function partFitsAt(part: Part, now: number, bound: Bound, extra: number): number {
  return part.gate.counter.fitsAt(now, part.units, part[bound], extra);
}
