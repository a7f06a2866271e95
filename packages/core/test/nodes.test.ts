import { describe, expect, test } from 'vitest';

import { alike, createNodes, type Joining } from '../src/connector/nodes.js';
import { ConnectorError, type ErrorKind } from '../src/errors/connector-error.js';
import type { Public } from '../src/spec/api.js';
import { createCounts } from './support/counts.js';

type Asking = Pick<Public<unknown>, 'call'>;

const kinds: ReadonlySet<string> = new Set<ErrorKind>(['network', 'rate-limited', 'order-rejected']);

/** Nodes `a`, `b` and so on, each of which says one thing, or fails in one way. */
function nodesThatSay(...says: readonly string[]) {
  const names = says.map((_, index) => 'abc'.charAt(index));
  const asked: string[] = [];
  const { meter, counts } = createCounts();
  const nodes = createNodes(names, meter);
  const p: Asking = {
    call: async ({ host = '' }, _params, read) => {
      asked.push(host);
      const said = says[names.indexOf(host)] ?? '';
      if (isKind(said)) throw new ConnectorError(said, { kind: said, outcome: 'unknown', operation: 'node' });
      return read(said);
    },
  };
  const ask = ({ call }: Asking): Promise<string> => call({ at: 'POST /' }, {}, String);
  const two = (how: Partial<Joining<string>> = {}): Promise<string> =>
    nodes.two(p, ask, { join: alike((answer) => answer), alone: false, ...how });
  return { two, any: () => ask(nodes.any(p)), asked, counts };
}

function isKind(said: string): said is ErrorKind {
  return kinds.has(said);
}

describe('two nodes', () => {
  test('that say the same are believed, and no other one is asked', async () => {
    const { two, asked } = nodesThatSay('yes', 'yes', 'no');
    expect([await two(), asked]).toEqual(['yes', ['a', 'b']]);
  });

  test.each([
    ['the first one lies', ['no', 'yes', 'yes']],
    ['the second one lies', ['yes', 'no', 'yes']],
    ['the first one is down', ['network', 'yes', 'yes']],
    ['the second one is asked too often', ['yes', 'rate-limited', 'yes']],
    ['the second one refuses what the others do not', ['yes', 'order-rejected', 'yes']],
  ] as const)('are found among three when %s', async (_, says) => {
    const { two, asked } = nodesThatSay(...says);
    expect([await two(), asked]).toEqual(['yes', ['a', 'b', 'c']]);
  });

  test('that contradict each other are not believed', async () => {
    const { two, counts } = nodesThatSay('yes', 'no');
    await expect(two()).rejects.toMatchObject({ kind: 'bad-response', outcome: 'not-sent' });
    expect(counts).toEqual({ 'node.disagreed': 1 });
  });

  test('of which one refuses are not believed either', async () => {
    const { two } = nodesThatSay('yes', 'order-rejected');
    await expect(two({ alone: true })).rejects.toMatchObject({ kind: 'order-rejected' });
  });

  test('that are both down fail as one does', async () => {
    await expect(nodesThatSay('network', 'network').two()).rejects.toMatchObject({ kind: 'network' });
  });

  test('make one answer of theirs', async () => {
    const { two } = nodesThatSay('1', '2');
    expect(await two({ join: (first, second) => `${first}${second}` })).toMatch(/12|21/);
  });
});

describe('the only node that answers', () => {
  test('is not enough, or is where that does no harm', async () => {
    const { two, counts } = nodesThatSay('yes', 'network');
    await expect(two()).rejects.toThrow('only one node answers');
    expect(await two({ alone: true })).toBe('yes');
    expect(counts['node.unconfirmed']).toBe(1);
  });

  test('is enough where there is no other', async () => {
    expect(await nodesThatSay('yes').two()).toBe('yes');
  });
});

test('a node that failed is asked last from then on', async () => {
  const { any, asked } = nodesThatSay('network', 'yes', 'yes');
  expect([await any(), await any(), asked]).toEqual(['yes', 'yes', ['a', 'b', 'b']]);
});
