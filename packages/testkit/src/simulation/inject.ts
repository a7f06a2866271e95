import { decimal } from '@hb/connector-core';

import type { Exchange } from '../conformance/exchange.js';
import { fillOrder } from '../engine/fill-order.js';
import { isPerpetual } from '../engine/perpetual/types.js';
import type { Fault } from '../faults/fault.js';
import { labelOf } from '../label.js';
import { createRandom } from '../random.js';
import type { VenueAnswer, VenueRequest } from '../venue.js';
import { everyFault } from './catalogue.js';
import { marginQueries } from './faults/kind.js';
import type { MarginRequest, SimulatedRequest, SimulationVenue, SimulationWire } from './fixture.js';
import { createCrashSite } from './crash-site.js';
import { liquidate, payFunding } from './margin.js';
import type { PlannedFault } from './plan.js';
import type { Site } from './site.js';
import type { World } from './world.js';

/** How often each planned fault struck so far, in the order of the plan. */
export type Strikes = () => readonly number[];

/** Brings about every fault of a plan from now on. Throws a `RangeError` for an id that the catalogue does not have. */
export function inject(world: World, wire: SimulationWire, faults: readonly PlannedFault[]): Strikes {
  const counts = faults.map(() => 0);
  const owners = new Map<Fault, number>();
  const kinds = new Map(everyFault.map((kind) => [kind.id, kind]));
  const now = world.clock.mono();

  faults.forEach((fault, index) => {
    const kind = kinds.get(fault.id);
    if (kind === undefined) throw new RangeError(`there is no fault ${fault.id}`);
    const struck = (): void => {
      counts[index] = (counts[index] ?? 0) + 1;
    };
    const own = (disturbance: Fault): void => {
      owners.set(disturbance, index);
    };
    kind.inject(fault, createSite({ world, wire, now, struck, own }));
  });
  return () => {
    const total = [...counts];
    for (const { fault } of world.ports.strikes()) {
      const index = owners.get(fault);
      if (index !== undefined) total[index] = (total[index] ?? 0) + 1;
    }
    return total;
  };
}

type Parts = {
  readonly world: World;
  readonly wire: SimulationWire;
  readonly now: number;
  readonly struck: () => void;
  readonly own: (fault: Fault) => void;
};

function createSite({ world, wire, now, struck, own }: Parts): Site {
  const { clock, venue, engine, account, line, ports } = world;

  const span = ({ at, forMs, times = Infinity }: PlannedFault) => ({ from: now + at, until: now + at + forMs, times });
  const exchangeOf = (on: string | undefined): Exchange => {
    const found = world.exchanges[Number(on ?? 0) % world.exchanges.length];
    if (found === undefined) throw new RangeError('a simulation needs a market');
    return found;
  };
  const at: Site['at'] = (when, run) => {
    clock.at(now + when.at, () => {
      if (run() !== false) struck();
    });
  };
  const chance = (when: PlannedFault) => createRandom(`${when.id} ${when.at} ${when.variant ?? 0}`);

  const crashes = createCrashSite({ world, now, struck });

  return {
    // One by one: there is a site for every fault, and V8 takes ten times as long to spread them.
    crashAt: crashes.crashAt,
    crashWhenTold: crashes.crashWhenTold,
    crashInStart: crashes.crashInStart,
    secondProcess: crashes.secondProcess,
    throwInListeners: crashes.throwInListeners,
    restoreOldJournal: crashes.restoreOldJournal,
    damageJournal: crashes.damageJournal,
    failDisk: crashes.failDisk,
    slowDisk: crashes.slowDisk,
    lockDisk: crashes.lockDisk,
    wire,
    venue,
    at,
    disturb: (when, fault) => {
      const { from, until, times } = span(when);
      const disturbance = { ...fault, at: from, forMs: until - from, ...(times !== Infinity && { times }) };
      own(disturbance);
      ports.disturb(disturbance);
    },
    rewrite: (when, { match, from, to }) => {
      const change = (text: string): string | undefined => {
        if (!text.includes(match)) return undefined;
        const changed = text.replace(from, to);
        return changed === text ? undefined : changed;
      };
      line.changeMessages(span(when), change, struck);
      line.changeAnswers(span(when), (answer) => rewritten(answer, change), struck);
    },
    rewriteHeader: (when, [name, value]) => {
      line.changeAnswers(
        span(when),
        (answer) => (name in answer.headers ? { ...answer, headers: { ...answer.headers, [name]: value } } : undefined),
        struck,
      );
    },
    mixUp: (when, request) => {
      const match = wire.requests[request];
      if (match === undefined) return;
      const change = (answer: VenueAnswer, asked: VenueRequest): VenueAnswer | undefined => {
        const former = labelOf(asked).includes(match) ? line.former(match) : undefined;
        return former === undefined || former.body === answer.body ? undefined : former;
      };
      line.changeAnswers(span(when), change, struck);
    },
    lag: (when, request) => {
      const { from, until } = span(when);
      const match = wire.requests[request];
      if (match === undefined) return;
      let end = (): void => undefined;
      clock.at(from, () => {
        end = lagOne(venue, request, when.ms ?? 0);
      });
      clock.at(until, () => end());
      line.watch({ from, until, times: Infinity }, match, struck);
    },
    symbol: (on) => exchangeOf(on).symbol,
    block: (ms) => world.machine().block(ms),
    jump: (ms) => world.machine().jump(ms),
    raiseMinimum: (on) => {
      const { pair, rules } = exchangeOf(on);
      venue.setMinAmount(pair, decimal(rules.minAmount).times('2').toFixed());
    },
    expireOne: (when) => {
      const open = engine.openOrders(account, exchangeOf(when.on).symbol);
      if (open.length === 0) return false;
      engine.expire(account, chance(when).pick(open));
      return true;
    },
    placeByHand: (when) => {
      const exchange = exchangeOf(when.on);
      const market = engine.market(exchange.symbol);
      const random = chance(when);
      const side = random.pick(['buy', 'sell'] as const);
      const price = market?.price.parse(random.chance(0.5) ? exchange.price : exchange.best(side));
      const amount = market?.amount.parse(exchange.amount);
      if (price === undefined || amount === undefined) return false;
      const placed = engine.place(account, {
        market: exchange.symbol,
        side,
        type: 'limit',
        price,
        amount,
        ...(isHedged(world) && { positionSide: random.pick(['long', 'short'] as const) }),
        clientOrderId: `web_${when.at}_${when.variant ?? 0}`,
      });
      if (placed.type === 'accepted' && random.chance(0.5)) {
        clock.at(clock.mono() + random.integer(100, 4_000), () => {
          fillOrder(engine, { account: 'somebody', order: placed.order, amount: amount / 2n + 1n });
        });
      }
      return placed.type === 'accepted';
    },
    payFunding: (when) => {
      if (!isPerpetual(engine)) return false;
      payFunding(engine, exchangeOf(when.on).symbol, chance(when));
      return true;
    },
    liquidate: (when) => {
      if (!isPerpetual(engine)) return false;
      return liquidate({ engine, account, clock, market: exchangeOf(when.on).symbol, random: chance(when) });
    },
    deposit: (when) => {
      const { pays, amount } = exchangeOf(when.on);
      const asset = pays('sell');
      const comes = chance(when).chance(0.5);
      const has = decimal(engine.asset(asset).format(engine.free(account, asset)));
      if (!comes && has.lt(amount)) return false;
      engine.deposit(account, asset, comes ? amount : `-${amount}`);
      return true;
    },
  };
}

function lagOne(
  { lag, lagMargin }: SimulationVenue,
  request: SimulatedRequest | MarginRequest,
  ms: number,
): () => void {
  if (!isAboutMargin(request)) return lag(request, ms);
  return lagMargin?.(request, ms) ?? (() => undefined);
}

function isAboutMargin(request: SimulatedRequest | MarginRequest): request is MarginRequest {
  return marginQueries.some((each) => each === request);
}

function isHedged({ engine, account }: World): boolean {
  return isPerpetual(engine) && engine.positionMode(account) === 'hedge';
}

function rewritten(answer: VenueAnswer, change: (text: string) => string | undefined): VenueAnswer | undefined {
  const body = typeof answer.body === 'string' ? change(answer.body) : undefined;
  return body === undefined ? undefined : { ...answer, body };
}
