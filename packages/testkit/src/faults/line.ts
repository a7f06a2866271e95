import type { Clock } from '@hb/connector-core';

import type { WsFault } from './fault.js';

export type Message = string | Uint8Array;

/** One direction of a connection. Messages keep their order but where a fault says otherwise. */
export type Line = {
  readonly send: (message: Message, faults: readonly WsFault[]) => void;
  readonly stop: () => void;
};

export function createLine(clock: Clock, deliver: (message: Message) => void): Line {
  let waiting: Message[] = [];
  let held: Message[] = [];
  let freeAt = 0;
  let cancel: (() => void) | undefined;

  function flush(): void {
    cancel = undefined;
    const due = waiting;
    waiting = [];
    for (const message of due) deliver(message);
  }
  function push(messages: readonly Message[]): void {
    if (cancel === undefined && clock.mono() >= freeAt) {
      for (const message of messages) deliver(message);
      return;
    }
    waiting.push(...messages);
    cancel?.();
    cancel = clock.at(freeAt, flush);
  }
  function send(message: Message, faults: readonly WsFault[]): void {
    for (const fault of faults) if (fault.kind === 'ws.delay') freeAt = Math.max(freeAt, clock.mono() + fault.ms);
    const copies = faults.reduce(applied, [message]);
    if (faults.some(({ kind }) => kind === 'ws.reorder')) {
      held.push(...copies);
      return;
    }
    const late = held;
    held = [];
    push([...copies, ...late]);
  }
  return { send, stop: () => cancel?.() };
}

function applied(messages: readonly Message[], fault: WsFault): readonly Message[] {
  switch (fault.kind) {
    case 'ws.lose':
      return [];
    case 'ws.duplicate':
      return messages.flatMap((message) => [message, message]);
    case 'ws.garbage':
      return messages.map((message) => fault.text ?? message.slice(0, message.length >> 1));
    default:
      return messages;
  }
}
