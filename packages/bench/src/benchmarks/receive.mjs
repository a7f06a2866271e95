import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { createFlow } from '../feeds/flow.mjs';
import { createCertificate } from '../harness/certificate.mjs';
import { digestOfFlow } from '../harness/digest.mjs';
import { compare, interleave } from '../harness/interleave.mjs';

const variants = new URL('receive-variants.mjs', import.meta.url).href;
const server = fileURLToPath(new URL('../venues/frame-server.mjs', import.meta.url));

const shapes = [
  { label: 'a frame a read', burst: 1, atMost: 0.85 },
  { label: 'bursts of 100 frames', burst: 100, atMost: 0.65 },
];

/** The processor time of a whole process from the socket to the best prices, over TLS, beside `ws` and bare parsing. */
export async function receive({ quick }) {
  const folder = mkdtempSync(join(tmpdir(), 'hb-bench-'));
  const { key, cert } = createCertificate();
  writeFileSync(join(folder, 'key.pem'), key);
  writeFileSync(join(folder, 'cert.pem'), cert);
  // Read when a process starts, so that the ones to come trust the venue.
  process.env.NODE_EXTRA_CA_CERTS = join(folder, 'cert.pem');
  try {
    const rows = [];
    for (const shape of shapes) rows.push(...(await measure(shape, folder, quick)));
    return rows;
  } finally {
    delete process.env.NODE_EXTRA_CA_CERTS;
    rmSync(folder, { recursive: true });
  }
}

async function measure({ label, burst, atMost }, folder, quick) {
  const flow = { levels: 1_000, changes: 17, where: 'near', updates: quick ? 1_000 : 10_000, seed: 1 };
  const venue = fork(server, [folder, JSON.stringify({ ...flow, burst })]);
  try {
    const port = await new Promise((resolve) => venue.once('message', resolve));
    const names = ['ours', 'ws and JSON.parse', 'ws and ccxt'];
    const parameters = { ...flow, isBurst: burst > 1, url: `wss://127.0.0.1:${port}` };
    const samples = await interleave(variants, names, {
      ...{ rounds: quick ? 3 : 15, warmUps: 3, parameters },
      state: digestOfFlow(createFlow(flow).end),
    });
    const { ours, ...peers } = compare(samples, 'ours');
    const { fellBack } = samples.get('ours').figures;
    const beside = { figure: 1 / peers['ws and JSON.parse'].ratio, unit: 'x', kind: 'time', atMost };
    return [
      { what: `${label}: processor time of one update`, figure: ours.median / 1_000, unit: 'µs', kind: 'time' },
      { what: `${label}: beside ws and JSON.parse alone`, ...beside },
      { what: `${label}: ws and ccxt take`, figure: peers['ws and ccxt'].ratio, unit: 'x as long', kind: 'time' },
      { what: `${label}: frames left to the decoder`, figure: fellBack, unit: '', kind: 'count', atMost: 0 },
    ];
  } finally {
    venue.kill();
  }
}
