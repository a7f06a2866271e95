import type { ChainSpec } from './chain.js';
import type { DexSpec } from './dex.js';
import type { PerpetualSpec } from './perpetual.js';
import type { SpotSpec } from './spot.js';

/** Checks a spot venue against the contract and returns it unchanged. Throws a `TypeError` that names what is wrong. */
export function defineSpotConnector<O, C, W>(spec: SpotSpec<O, C, W>): SpotSpec<O, C, W> {
  check(spec);
  return spec;
}

/** Checks a perpetual venue against the contract and returns it unchanged. Its id ends in `_perpetual`. */
export function definePerpetualConnector<O, C, W>(spec: PerpetualSpec<O, C, W>): PerpetualSpec<O, C, W> {
  if (!spec.id.endsWith('_perpetual')) throw new TypeError(`${spec.id}: the id of a perpetual ends in _perpetual`);
  check(spec);
  if (spec.positions.modes.length > 1 && spec.positions.fetchMode === undefined)
    throw new TypeError(`${spec.id}: with more than one position mode there is fetchMode`);
  return spec;
}

/** Checks a chain against the contract and returns it unchanged. */
export function defineChain<O, C, Op, Plan>(spec: ChainSpec<O, C, Op, Plan>): ChainSpec<O, C, Op, Plan> {
  checkId(spec.id);
  checkEnvironments(spec);
  const strange = Object.keys(spec.environments).find((name) => spec.networks[name] === undefined);
  if (strange !== undefined) throw new TypeError(`${spec.id}: there is no network ${strange}`);
  return spec;
}

/** Checks a DEX against the contract and returns it unchanged. */
export function defineDex<O, Op, W, R>(spec: DexSpec<O, Op, W, R>): DexSpec<O, Op, W, R> {
  checkId(spec.id);
  return spec;
}

type Described = Pick<SpotSpec<never, never, never>, 'id' | 'environments'> & {
  readonly orders: SpotSpec<never, never, never>['orders'];
  readonly market: {
    readonly checksum?: unknown;
    readonly feed: { readonly streams?: Readonly<Record<string, { readonly scan?: unknown }>> };
  };
  readonly trading: { readonly prepare?: unknown; readonly placeMany?: unknown };
};

function check(spec: Described): void {
  checkId(spec.id);
  checkEnvironments(spec);
  const rule = spec.orders.clientId;
  if (rule.form === 'text' && rule.max < 12)
    throw new TypeError(`${spec.id}: ${rule.max} characters hold no unique id`);
  if (spec.trading.prepare !== undefined && spec.trading.placeMany !== undefined)
    throw new TypeError(`${spec.id}: orders that are prepared go one by one, without placeMany`);
  const isScanned = Object.values(spec.market.feed.streams ?? {}).some(({ scan }) => scan !== undefined);
  if (isScanned && spec.market.checksum !== undefined)
    throw new TypeError(`${spec.id}: checksums are not seen by scan`);
}

function checkId(id: string): void {
  if (!/^[a-z][a-z0-9_]*$/.test(id)) throw new TypeError(`${id}: an id has lower-case letters, digits and underscores`);
}

function checkEnvironments({ id, environments }: Pick<Described, 'id' | 'environments'>): void {
  const [first, ...others] = Object.entries(environments);
  if (first === undefined) throw new TypeError(`${id}: no environment`);
  const names = Object.keys(first[1]).sort().join();
  for (const [name, hosts] of others) {
    if (Object.keys(hosts).sort().join() !== names)
      throw new TypeError(`${id}: ${name} has other hosts than ${first[0]}`);
  }
  for (const [name, hosts] of Object.entries(environments)) {
    for (const [host, url] of Object.entries(hosts)) {
      if (!/^(https|wss):\/\/[^/]/.test(url)) throw new TypeError(`${id}: ${name}.${host} is not https or wss: ${url}`);
    }
  }
}
