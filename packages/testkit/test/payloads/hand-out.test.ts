import { expect, test } from 'vitest';

import { handOut } from '../../src/index.js';

const spec = { options: () => ({}) };
const read = (body: unknown) => body;

test('answers go by endpoint, unless something else is told first, and what was asked is listed', async () => {
  const { call, asked } = handOut({
    ...{ spec, credentials: {}, now: 1 },
    answers: { 'GET /time': 'time', 'GET /orders': 'orders' },
    answer: ({ params }) => params['page'],
  });
  const told = [
    await call({ at: 'GET /time' }, {}, read),
    await call({ at: 'GET /orders' }, { page: '2' }, read),
    await call({ at: 'GET /fills' }, {}, read),
  ];
  expect(told).toEqual(['time', '2', undefined]);
  expect(asked.map(({ at }) => at)).toEqual(['GET /time', 'GET /orders', 'GET /fills']);
});
