/**
 * The folders of `packages/core/src`, lowest first: what each may import, and what it may import types from.
 * `book` and `orders` do no I/O, so ports reach them as types alone. Files of `src` itself may import any folder.
 */
const base = ['model', 'codec', 'errors', 'spec'];

export const layers = {
  model: { uses: [] },
  errors: { uses: ['model'] },
  codec: { uses: ['model', 'errors'] },
  ports: { uses: ['model', 'errors'] },
  spec: { uses: ['model', 'codec', 'errors'], types: ['ports'] },
  throttler: { uses: base, types: ['ports'] },
  rest: { uses: [...base, 'throttler'], types: ['ports'] },
  stream: { uses: [...base, 'throttler'], types: ['ports'] },
  book: { uses: base, types: ['ports'] },
  orders: { uses: base, types: ['ports'] },
  account: { uses: [...base, 'orders'], types: ['ports'] },
  journal: { uses: ['model', 'codec', 'errors', 'orders'], types: ['ports', 'spec'] },
  connector: {
    uses: [...base, 'ports', 'throttler', 'rest', 'stream', 'book', 'orders', 'account', 'journal'],
  },
};
