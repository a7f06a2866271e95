import { expect, test } from 'vitest';

import { createHub, type Hub } from '../src/connector/hub.js';
import { createStatusBoard, type Phase, type StatusBoard } from '../src/connector/status.js';
import { createCounts } from './support/counts.js';

type Desk = { readonly hub: Hub; readonly board: StatusBoard; readonly enter: (phase: Phase) => void; looks: number };

/** A board that counts how often it looks at the parts. */
function open(): Desk {
  const hub = createHub({ now: () => 0, log: () => undefined, meter: createCounts().meter });
  let phase: Phase = 'new';
  const board = createStatusBoard({
    hub,
    parts: () => {
      desk.looks += 1;
      return { phase, account: 'none', killed: undefined, clockOffsetMs: 0, books: new Map() };
    },
  });
  const desk: Desk = {
    ...{ hub, board, looks: 0 },
    enter: (next) => {
      phase = next;
      board.tell();
    },
  };
  return desk;
}

test('a status that was told is not told again', () => {
  const { hub, enter } = open();
  const heard: boolean[] = [];
  hub.on('status', ({ status }) => heard.push(status.ready));
  enter('started');
  enter('started');
  enter('stopped');
  expect(heard).toEqual([true, false]);
});

test('while nobody listens nothing is looked at, and who comes later hears of the next change', () => {
  const desk = open();
  const { hub, board, enter } = desk;
  enter('starting');
  enter('started');
  expect(desk.looks).toBe(0);
  expect(board.read().ready).toBe(true);
  const heard: boolean[] = [];
  const end = hub.on('status', ({ status }) => heard.push(status.ready));
  enter('stopping');
  end();
  enter('stopped');
  expect([heard, desk.looks]).toEqual([[false], 2]);
});
