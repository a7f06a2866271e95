import { spotCases } from '@hb/connector-testkit';
import { expect, test } from 'vitest';

import { plant, type Planting } from './conformance/defect.js';
import { bookDefects } from './conformance/defects/books.js';
import { inputDefects } from './conformance/defects/input.js';
import { lifeDefects } from './conformance/defects/life.js';
import { lineDefects } from './conformance/defects/lines.js';
import { marketDefects } from './conformance/defects/markets.js';
import { orderDefects } from './conformance/defects/orders.js';
import { streamDefects } from './conformance/defects/streams.js';
import { fixture } from './conformance/fixture.js';

const defects: Readonly<Record<string, Planting>> = {
  ...{ ...marketDefects, ...orderDefects, ...bookDefects, ...streamDefects },
  ...{ ...lineDefects, ...lifeDefects, ...inputDefects },
};

const cases = spotCases(fixture).filter(({ status }) => status === 'runs');

test('every case has a defect that it finds', () => {
  expect(Object.keys(defects).sort()).toEqual(cases.map(({ id }) => id).sort());
});

for (const { id } of cases) {
  test(`${id} fails when its defect is planted`, async () => {
    const [defect, says] = defects[id] ?? [];
    if (defect === undefined || says === undefined) throw new Error(`case ${id} has no defect`);
    const { fixture: changed, connect } = plant(fixture, defect);
    const planted = spotCases(changed, { connect }).find((one) => one.id === id);
    await expect(planted?.run()).rejects.toThrow(says);
  });
}
