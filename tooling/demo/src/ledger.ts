import { decimal, type Connector } from '@hb/connector-core';

/** What somebody says that the trader owns: balances by asset, a position by its symbol; as text. */
export type Ledger = ReadonlyMap<string, string>;

export function toPositionName(symbol: string): string {
  return `${symbol} position`;
}

/** What the connector says. */
export function toLedger(connector: Connector, symbol: string): Ledger {
  const balances = [...connector.balances()].map(([asset, { total }]): [string, string] => [asset, total.toFixed()]);
  const positions = (connector.positions?.list() ?? []).map(({ amount }): [string, string] => {
    return [toPositionName(symbol), amount.toFixed()];
  });
  return new Map([...balances, ...positions]);
}

/** What the two do not say alike, to the last digit. */
export function differences(ours: Ledger, theirs: Ledger): readonly string[] {
  const names = new Set([...ours.keys(), ...theirs.keys()]);
  return [...names].filter((name) => !decimal(ours.get(name) ?? '0').eq(decimal(theirs.get(name) ?? '0')));
}

/** A line for each thing owned, as the venue and the connector say it. */
export function describeLedgers(ours: Ledger, theirs: Ledger): readonly string[] {
  const lines = [...theirs].map(([what, amount]) => `${what}  ${decimal(amount).toFixed()}  ${ours.get(what) ?? '0'}`);
  return ['what  venue  ours', ...lines];
}
