import type { Meter, Metrics } from '../model/metrics.js';
import { guardPorts } from '../ports/guard.js';
import { systemPorts } from '../ports/node.js';
import type { Ports } from '../ports/ports.js';
import type { Answer, Verdict } from '../spec/endpoint.js';
import type { Common } from '../spec/common.js';
import { createApi, type Api } from './api.js';
import { createCatalogue, type Catalogue } from './catalogue.js';
import { createEnding, type Ending } from './ends.js';
import { createHub, type Hub } from './hub.js';
import { createCollector } from './meter.js';
import type { ConnectorOptions } from './options.js';

/** What every part of a connector stands on. */
export type Base<O, C, W> = Pick<Ports, 'clock'> &
  Pick<Api<O, C>, 'now' | 'look' | 'throttler'> & {
    readonly id: string;
    readonly ports: Ports;
    readonly api: Api<O, C>;
    readonly catalogue: Catalogue<W>;
    readonly hub: Hub;
    readonly meter: Meter;
    readonly metrics: () => Metrics;
    /** What a response over a stream means. */
    readonly judge: (answer: Answer) => Verdict | undefined;
    /** Counts, logs and tells as a warning what went wrong without a caller to reject. */
    readonly onProblem: (problem: unknown) => void;
    /** When the connector has been stopped. */
    readonly stopped: Ending;
  };

export function createBase<O, C, W>(spec: Common<O, C>, given: ConnectorOptions<C>): Base<O, C, W> {
  const { id } = spec;
  const outer = given.ports ?? systemPorts();
  const ports = guardPorts(outer, { sandbox: given.sandbox ?? false });
  const { meter, read } = createCollector();
  const catalogue = createCatalogue<W>(id);
  const api = createApi(spec, given, { ports, door: outer.http, catalogue, meter });
  const { now, look, throttler } = api;
  const hub = createHub({ now, log: ports.log, meter });
  const stopped = createEnding();

  return {
    id,
    ports,
    clock: ports.clock,
    now,
    look,
    throttler,
    api,
    catalogue,
    hub,
    meter,
    stopped,
    metrics: () => read(throttler.use()),
    judge: (answer) => spec.judge(answer, { at: 'RPC stream' }),
    onProblem: (problem) => {
      // What is given up by the stop is no problem.
      if (stopped.isOver()) return;
      const error = problem instanceof Error ? problem : new Error(String(problem));
      meter.count('warnings');
      ports.log('warn', 'warning', { error });
      hub.emit({ type: 'warning', error });
    },
  };
}
