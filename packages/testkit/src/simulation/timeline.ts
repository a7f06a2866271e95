import { everyFault } from './catalogue.js';
import type { Told } from './history.js';
import type { Action, PlannedFault } from './plan.js';
import type { RunResult } from './run.js';

const longest = 180;
const noisy =
  /"e":"(?:depthUpdate|trade|aggTrade|markPriceUpdate)"|\/f?api\/v\d\/(?:time|exchangeInfo|depth)|^< \{"lastUpdateId"/;

/** A run as text, one thing a line, in virtual seconds: what the script did, what struck, what went over the wire, what was told. */
export function toTimeline(result: RunResult): string {
  const { plan, lines, told, startedAt, violations, strikes } = result;
  const entries: { readonly at: number; readonly text: string }[] = [];
  const put = (at: number, text: string): void => {
    entries.push({ at, text });
  };
  plan.faults.forEach((fault, index) => {
    put(fault.at, `FAULT   ${describeFault(fault)}, struck ${strikes[index] ?? 0} times`);
  });
  for (const action of plan.actions) put(action.at, `SCRIPT  ${describeAction(action)}`);
  for (const { at, id, what } of lines) {
    if (!noisy.test(what)) put(at - startedAt, `wire    ${id} ${what.slice(0, longest)}`);
  }
  for (const { at, event } of told) put(at, `event   ${describeEvent(event)}`);
  put(plan.settings.faultsMs, '------  faults end');
  for (const { oracle, at, what } of violations) put(at, `WRONG   ${oracle} ${what}`);
  const sorted = entries.map((entry, index) => ({ ...entry, index })).sort((a, b) => a.at - b.at || a.index - b.index);
  return sorted.map(({ at, text }) => `${(at / 1_000).toFixed(3).padStart(9)}  ${text}`).join('\n');
}

function describeFault({ id, forMs, times, on, ms }: PlannedFault): string {
  const what = everyFault.find((kind) => kind.id === id)?.what ?? 'no longer in the catalogue';
  const parts = [on, ms === undefined ? undefined : `${ms} ms`, `within ${forMs} ms`, times && `at most ${times}×`];
  return `${id} ${what}: ${parts.filter((part) => part !== undefined).join(', ')}`;
}

function describeAction(action: Action): string {
  const { at: _, kind, ...rest } = action;
  const members = Object.entries(rest).map(([name, value]) => `${name} ${value}`);
  return `${kind} ${members.join(', ')}`;
}

function describeEvent(event: Told['event']): string {
  if ('order' in event) {
    const { clientOrderId, state, filled, amount } = event.order;
    const fill = 'fill' in event ? ` fill ${event.fill.fillId} of ${event.fill.amount.toFixed()}` : '';
    return `${event.type} ${clientOrderId} ${state} ${filled.toFixed()}/${amount.toFixed()}${fill}`;
  }
  if (event.type === 'balance') return `balance ${event.asset} ${event.available.toFixed()}/${event.total.toFixed()}`;
  if (event.type === 'warning') return `warning ${event.error.message.slice(0, longest)}`;
  if (event.type === 'status') return `status ${event.status.missing.join('; ') || 'ready'}`;
  if (event.type === 'position') {
    const { pair, side, amount } = event.position;
    return `position ${pair} ${side} ${amount.toFixed()}`;
  }
  if (event.type === 'funding-paid') {
    const { pair, amount, asset, at } = event.payment;
    return `funding-paid ${pair} ${amount.toFixed()} ${asset} of ${at}`;
  }
  return event.type;
}
