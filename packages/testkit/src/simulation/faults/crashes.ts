import type { Moment } from '../../virtual/machine.js';
import { commands, drawn, isEven, lasting, row, second, weighted, type FaultKind } from './kind.js';

const downMs = [0, 2_500] as const;

/** Those that end a process without a word. */
export const crashIds: ReadonlySet<string> = new Set([
  'K01',
  'K02',
  'K03',
  'K04',
  'K05',
  'K06',
  'K07',
  'K14',
  'D02',
  'D03',
  'D04',
]);

/** A process that ends at a moment of its own. */
function crashAt(moment: Moment, about: 'journal' | 'request'): FaultKind['inject'] {
  return (fault, site) => {
    const what =
      about === 'journal' ? '.log' : site.wire.requests[commands.find((name) => name === fault.on) ?? 'place'];
    if (what !== undefined) site.crashAt(fault, moment, what);
  };
}

/** The end of a process, or of its machine, at the worst moments, and what may be found when the next one begins. */
const all: readonly FaultKind[] = [
  row('K01', 'the process ends before what it wrote is safe', drawn({ ms: downMs }), crashAt('keep', 'journal')),
  row(
    'K02',
    'the process ends when an intent is safe and its request has not left',
    drawn({ on: commands, ms: downMs }),
    crashAt('send', 'request'),
  ),
  row(
    'K03',
    'the process ends when a request has left',
    drawn({ on: commands, ms: downMs }),
    crashAt('sent', 'request'),
  ),
  row(
    'K04',
    'the process ends when an answer has arrived and nobody has read it',
    drawn({ on: commands, ms: downMs }),
    crashAt('answered', 'request'),
  ),
  row(
    'K05',
    'the process ends when a record is safe and its event has not been told',
    drawn({ ms: downMs }),
    crashAt('kept', 'journal'),
  ),
  row(
    'K06',
    'the process ends when an event has been told and nobody has noted that',
    drawn({ ms: downMs }),
    (fault, site) => {
      site.crashWhenTold(fault);
    },
  ),
  weighted(
    0.5,
    row(
      'K07',
      'the process ends while it takes up its journal, again and again',
      drawn({ forMs: 20 * second, most: 4, ms: [0, 400] }),
      (fault, site) => {
        site.crashInStart(fault);
      },
    ),
  ),
  weighted(
    0.5,
    row('K10', 'a second process wants the same journal', drawn({}), (fault, site) => {
      site.secondProcess(fault);
    }),
  ),
  row('K12', 'a listener throws', lasting([1_000, 8_000]), (fault, site) => {
    site.throwInListeners(fault);
  }),
  weighted(
    0.3,
    row('K14', 'the journal is an old copy', drawn({ forMs: 20 * second, ms: [1_000, 10_000] }), (fault, site) => {
      site.restoreOldJournal(fault);
    }),
  ),
  weighted(
    0.3,
    row('D02', 'a part of the journal can no longer be read', drawn({ ms: downMs }), (fault, site) => {
      site.damageJournal(fault);
    }),
  ),
  weighted(
    0.5,
    row('D03', 'the disk is full', drawn({ forMs: 6 * second }), (fault, site) => {
      site.failDisk(fault, 'ENOSPC: no space left on device, write');
    }),
  ),
  weighted(
    0.5,
    row('D04', 'the disk fails', drawn({ forMs: 6 * second }), (fault, site) => {
      site.failDisk(fault, isEven(fault) ? 'EIO: i/o error, fsync' : 'somebody removed it');
    }),
  ),
  row(
    'D05',
    'the disk takes seconds to make anything safe',
    (random) => ({ forMs: random.integer(1_000, 10_000), ms: random.integer(500, 5_000) }),
    (fault, site) => {
      site.slowDisk(fault);
    },
  ),
  weighted(
    0.5,
    row('D07', 'nothing can be written when the process begins', lasting([1_000, 6_000]), (fault, site) => {
      site.lockDisk(fault);
    }),
  ),
];

/** Seldom, for while no process runs nothing else can strike. */
export const crashFaults: readonly FaultKind[] = all.map((kind) =>
  weighted(kind.weight * (isRestart(kind) ? 0.25 : 1), kind),
);

function isRestart({ id }: FaultKind): boolean {
  return crashIds.has(id) || id === 'D07';
}
