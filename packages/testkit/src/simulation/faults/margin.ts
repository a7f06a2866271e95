import { drawn, http, isEven, marginQueries, row, weighted, type FaultKind } from './kind.js';

/** What only perpetuals can suffer. */
export const marginFaults: readonly FaultKind[] = [
  row(
    'M01',
    'positions, payments or rates of funding cannot be had',
    drawn({ on: marginQueries, most: 3, forMs: 20_000 }),
    http((fault) => ({ kind: 'http.status', status: 500, acted: isEven(fault) })),
  ),
  row(
    'M02',
    'an answer about positions or funding comes late',
    drawn({ on: marginQueries, most: 2, forMs: 20_000, ms: [300, 2_800] }),
    http(({ ms = 0 }) => ({ kind: 'http.delay', leg: 'response', ms })),
  ),
  row('M03', 'funding is paid', drawn({ on: ['0', '1'] }), (fault, site) => {
    site.at(fault, () => site.payFunding(fault));
  }),
  row(
    'M05',
    'positions, payments or rates of a query are old',
    (random) => ({
      forMs: random.integer(2_000, 15_000),
      ms: random.integer(500, 8_000),
      on: random.pick(marginQueries),
    }),
    (fault, site) => {
      for (const request of marginQueries) if (request === fault.on) site.lag(fault, request);
    },
  ),
  weighted(
    1.5,
    row(
      'M04',
      'the mark price runs away, and the venue liquidates a position',
      drawn({ on: ['0', '1'] }),
      (fault, site) => {
        site.at(fault, () => site.liquidate(fault));
      },
    ),
  ),
];
