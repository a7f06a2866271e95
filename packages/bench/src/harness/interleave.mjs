import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { median, pairedRatio } from './statistics.mjs';

const child = fileURLToPath(new URL('child.mjs', import.meta.url));

/**
 * Runs the named variants of a module, each in a process of its own, one round at a time in a rotating order.
 * Before anything is timed, all of them must end in the same state, which is `state` where that is known. Returns samples by variant.
 */
export async function interleave(module, names, { rounds, warmUps = 2, parameters = {}, state }) {
  const players = names.map((name) => start(module, name, parameters));
  try {
    for (const { ask } of players) await ask('create');
    await checkStates(players, state);
    const samples = new Map(names.map((name) => [name, { ns: [], cpuNs: [], extra: [] }]));
    for (let round = -warmUps; round < rounds; round += 1) {
      for (const { name, ask } of rotated(players, round + warmUps)) {
        const { ns, cpuNs, extra } = await ask('run');
        if (round < 0) continue;
        samples.get(name).ns.push(ns);
        samples.get(name).cpuNs.push(cpuNs);
        samples.get(name).extra.push(extra);
      }
    }
    for (const { name, ask } of players) samples.get(name).figures = (await ask('measure')).figures;
    return samples;
  } finally {
    for (const { process: each } of players) each.kill();
  }
}

/** Medians by variant, and how each stands to `base`: in the same rounds, and with the best round of both. */
export function compare(samples, base, by = 'ns') {
  const entries = [...samples].map(([name, each]) => [
    name,
    {
      median: median(each[by]),
      ratio: pairedRatio(each[by], samples.get(base)[by]),
      best: Math.min(...each[by]) / Math.min(...samples.get(base)[by]),
    },
  ]);
  return Object.fromEntries(entries);
}

function start(module, name, parameters) {
  const forked = fork(child, [module, name, JSON.stringify(parameters)], { execArgv: ['--expose-gc'] });
  const ask = (task) =>
    new Promise((resolve, reject) => {
      const onExit = (code) => reject(new Error(`${name} ended with ${code} during ${task}`));
      forked.once('exit', onExit);
      forked.once('message', ({ value, error }) => {
        forked.off('exit', onExit);
        if (error === undefined) resolve(value);
        else reject(new Error(`${name}: ${error}`));
      });
      forked.send(task);
    });
  return { name, ask, process: forked };
}

async function checkStates(players, expected) {
  const told = [];
  for (const { name, ask } of players) {
    const { state } = await ask('check');
    if (state !== undefined) told.push([name, state]);
  }
  const [first, wanted] = expected === undefined ? (told[0] ?? []) : [undefined, expected];
  const odd = told.find(([, state]) => state !== wanted);
  if (odd === undefined) return;
  const where = first === undefined ? 'it has to' : `${first} does`;
  throw new Error(`${odd[0]} does not end where ${where}:\n${odd[1]}\n${wanted}`);
}

function rotated(players, by) {
  const first = by % players.length;
  return [...players.slice(first), ...players.slice(0, first)];
}
