import type { Clock, Disk, Http, Ports, Ws, WsConnection, WsHandlers } from '@hb/connector-core';

import { labelOf } from '../label.js';

/** A moment in the life of a process: about to make something safe, or to ask the venue; done; the answer has arrived. */
export type Moment = 'keep' | 'kept' | 'send' | 'sent' | 'answered';

export type MachineOptions = {
  /**
   * Told of each moment, and of the file or the request that it is about (`POST /api/v3/order?`).
   * A process that is killed at a moment does not live to see the next one.
   */
  readonly reached?: (moment: Moment, what: string) => void;
};

/** The computer that the connector runs on: its clock can be set, and its event loop can be blocked. */
export type Machine = {
  /** The same ports, as a process on this machine has them. */
  readonly ports: Ports;
  readonly jump: (ms: number) => void;
  /** Nothing runs in the process for `ms`; what was due then runs afterwards, timers first. */
  readonly block: (ms: number) => void;
  /** Ends the process at once: nothing of it ever runs again, and the system closes its connections. Its disk is ended apart. */
  readonly kill: () => void;
};

export function createMachine(given: Ports, { reached = () => undefined }: MachineOptions = {}): Machine {
  const { clock } = given;
  const timers: (() => void)[] = [];
  const arrivals: (() => void)[] = [];
  const underWay = new Set<() => void>();
  let offset = 0;
  let blockedUntil = -Infinity;
  let isAlive = true;

  const endings: Endings = {
    add: (end) => {
      // The call in which a process was killed goes on, and whatever it begins ends at once.
      if (isAlive) underWay.add(end);
      else end();
    },
    delete: (end) => underWay.delete(end),
  };
  /** Blocked, or catching up: whatever comes then waits behind what came before, as in the queues of a system. */
  let isHeld = false;
  const resume = (): void => {
    if (clock.mono() < blockedUntil) {
      clock.at(blockedUntil, resume);
      return;
    }
    const run = timers.shift() ?? arrivals.shift();
    isHeld = run !== undefined;
    if (run === undefined) return;
    clock.at(clock.mono(), () => {
      if (isAlive) run();
      resume();
    });
  };
  /** Runs now, or when the process can again; in the order of arrival. */
  const soon = (queue: (() => void)[], run: () => void): void => {
    if (!isAlive) return;
    if (isHeld) queue.push(run);
    else run();
  };
  /** Until the process can go on; for ever when it is gone. */
  const arrived = (): Promise<void> | undefined =>
    isHeld || !isAlive ? new Promise((resolve) => soon(arrivals, resolve)) : undefined;
  const pass = (moment: Moment, what: string): Promise<void> | undefined => {
    if (isAlive) reached(moment, what);
    return isAlive ? undefined : arrived();
  };

  return {
    ports: {
      ...given,
      clock: machineClock({
        clock,
        endings,
        now: () => Math.floor(clock.now()) + offset,
        soon: (run) => soon(timers, run),
      }),
      http: machineHttp(given.http, { endings, pass, arrived }),
      ws: machineWs(given.ws, {
        endings,
        soon: (run) => soon(arrivals, run),
        isRunning: () => isAlive && !isHeld,
      }),
      disk: machineDisk(given.disk, { pass, arrived }),
    },
    jump: (ms) => {
      offset += ms;
    },
    block: (ms) => {
      blockedUntil = Math.max(blockedUntil, clock.mono() + ms);
      if (!isHeld) clock.at(blockedUntil, resume);
      isHeld = true;
    },
    kill: () => {
      isAlive = false;
      for (const end of underWay) end();
      underWay.clear();
    },
  };
}

/** What ends everything that is under way, with the process. */
type Endings = { readonly add: (end: () => void) => void; readonly delete: (end: () => void) => void };

type Life = {
  readonly endings: Endings;
  /** Never resolves when the process has been killed; `undefined` when it lives on. */
  readonly pass: (moment: Moment, what: string) => Promise<void> | undefined;
  readonly arrived: () => Promise<void> | undefined;
};

function machineClock({
  clock,
  endings,
  now,
  soon,
}: Pick<Life, 'endings'> & {
  readonly clock: Clock;
  readonly now: () => number;
  readonly soon: (run: () => void) => void;
}): Clock {
  return {
    // A machine's clock says whole milliseconds, also between the fractions at which timers run.
    now,
    mono: () => clock.mono(),
    at: (mono, run) => {
      let isCanceled = false;
      const fire = (): void => {
        if (!isCanceled) run();
      };
      const forget = clock.at(mono, () => {
        endings.delete(cancel);
        soon(fire);
      });
      const cancel = (): void => {
        isCanceled = true;
        endings.delete(cancel);
        forget();
      };
      endings.add(cancel);
      return cancel;
    },
    soon: (run) => clock.soon(run),
  };
}

function machineHttp(http: Http, { endings, pass, arrived }: Life): Http {
  return {
    send: async (request, limits) => {
      const { method, url, body } = request;
      const what = labelOf({ method, path: url.pathname, query: url.search.slice(1), body });
      const controller = new AbortController();
      const abort = (): void => {
        controller.abort();
      };
      const { signal = controller.signal } = limits;
      if (signal.aborted) abort();
      await pass('send', what);
      signal.addEventListener('abort', abort);
      endings.add(abort);
      try {
        const answer = http.send(request, { ...limits, signal: controller.signal });
        const killed = pass('sent', what);
        if (killed === undefined) return await answer;
        answer.catch(() => undefined);
        await killed;
        return await answer;
      } finally {
        endings.delete(abort);
        signal.removeEventListener('abort', abort);
        await pass('answered', what);
        await arrived();
      }
    },
  };
}

type Sockets = Pick<Life, 'endings'> & {
  readonly soon: (run: () => void) => void;
  readonly isRunning: () => boolean;
};

function machineWs(ws: Ws, { endings, soon, isRunning }: Sockets): Ws {
  const onMachine = (on: WsHandlers): WsHandlers => ({
    open: () => soon(on.open),
    pong: () => soon(on.pong),
    ping: () => soon(() => on.ping?.()),
    close: (code, reason) => soon(() => on.close(code, reason)),
    frame: (bytes) => {
      if (isRunning()) {
        on.frame(bytes);
        return;
      }
      // The bytes are lent for the call.
      const kept = bytes.slice();
      soon(() => on.frame(kept));
    },
  });
  return {
    open: (url, on, limits) => {
      const wrapped = onMachine(on);
      const end = (): void => connection.close();
      const close = (code: number, reason: string): void => {
        endings.delete(end);
        wrapped.close(code, reason);
      };
      const connection: WsConnection = ws.open(url, { ...wrapped, close }, limits);
      endings.add(end);
      return connection;
    },
  };
}

function machineDisk(disk: Disk, { pass, arrived }: Omit<Life, 'endings'>): Disk {
  const keep =
    (run: (file: string) => Promise<void>) =>
    async (file: string): Promise<void> => {
      await pass('keep', file);
      try {
        await run(file);
      } finally {
        await pass('kept', file);
        await arrived();
      }
    };
  return { ...disk, flush: keep((file) => disk.flush(file)), sync: keep((file) => disk.sync(file)) };
}
