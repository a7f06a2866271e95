import type { Clock, Ports, WsConnection, WsHandlers } from '@hb/connector-core';

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

export function createMachine(given: Ports): Machine {
  const { clock } = given;
  const timers: (() => void)[] = [];
  const arrivals: (() => void)[] = [];
  let offset = 0;
  let blockedUntil = -Infinity;
  const due = new Set<() => void>();
  const connections = new Set<WsConnection>();
  const requests = new Set<() => void>();
  let isAlive = true;

  const isBlocked = (): boolean => clock.mono() < blockedUntil;
  const resume = (): void => {
    if (isBlocked()) return;
    for (const run of [...timers.splice(0), ...arrivals.splice(0)]) {
      clock.at(clock.mono(), () => {
        if (isAlive) run();
      });
    }
  };
  /** Runs now, or when the process can again; in the order of arrival. */
  const soon = (queue: (() => void)[], run: () => void): void => {
    if (!isAlive) return;
    if (isBlocked()) queue.push(run);
    else run();
  };

  const machineClock: Clock = {
    // A machine's clock says whole milliseconds, also between the fractions at which timers run.
    now: () => Math.floor(clock.now()) + offset,
    mono: () => clock.mono(),
    at: (mono, run) => {
      if (!isAlive) return () => undefined;
      let isCanceled = false;
      const fire = (): void => {
        if (!isCanceled) run();
      };
      const forget = clock.at(mono, () => {
        due.delete(cancel);
        soon(timers, fire);
      });
      const cancel = (): void => {
        isCanceled = true;
        due.delete(cancel);
        forget();
      };
      due.add(cancel);
      return cancel;
    },
    soon: (run) => clock.soon(run),
  };

  const arrived = (): Promise<void> | undefined =>
    isBlocked() || !isAlive ? new Promise((resolve) => soon(arrivals, resolve)) : undefined;

  function onMachine(on: WsHandlers): WsHandlers {
    const later = (run: () => void): void => soon(arrivals, run);
    return {
      open: () => later(on.open),
      pong: () => later(on.pong),
      ping: () => later(() => on.ping?.()),
      close: (code, reason) => later(() => on.close(code, reason)),
      frame: (bytes) => {
        if (!isBlocked()) {
          if (isAlive) on.frame(bytes);
          return;
        }
        // The bytes are lent for the call.
        const kept = bytes.slice();
        later(() => on.frame(kept));
      },
    };
  }
  const open: Ports['ws']['open'] = (url, on, limits) => {
    const wrapped = onMachine(on);
    const close = (code: number, reason: string): void => {
      connections.delete(connection);
      wrapped.close(code, reason);
    };
    const connection = given.ws.open(url, { ...wrapped, close }, limits);
    connections.add(connection);
    return connection;
  };

  const send: Ports['http']['send'] = async (request, limits) => {
    const controller = new AbortController();
    const abort = (): void => {
      controller.abort();
    };
    const { signal = controller.signal } = limits;
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
    requests.add(abort);
    try {
      return await given.http.send(request, { ...limits, signal: controller.signal });
    } finally {
      requests.delete(abort);
      signal.removeEventListener('abort', abort);
      await arrived();
    }
  };

  return {
    ports: {
      ...given,
      clock: machineClock,
      http: { send },
      ws: { open },
    },
    jump: (ms) => {
      offset += ms;
    },
    block: (ms) => {
      blockedUntil = Math.max(blockedUntil, clock.mono() + ms);
      clock.at(blockedUntil, resume);
    },
    kill: () => {
      isAlive = false;
      for (const cancel of due) cancel();
      for (const connection of connections) connection.close();
      for (const abort of requests) abort();
    },
  };
}
