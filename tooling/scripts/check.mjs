// What no tool checks for us. Each check answers with what it found wrong; nothing found is a pass.
import { api } from './checks/api.mjs';
import { catalogue } from './checks/catalogue.mjs';
import { changesets } from './checks/changesets.mjs';
import { contract } from './checks/contract.mjs';
import { layout } from './checks/layout.mjs';
import { licences } from './checks/licences.mjs';
import { lockfile } from './checks/lockfile.mjs';
import { sizes } from './checks/sizes.mjs';

let clean = true;
for (const check of [layout, lockfile, licences, sizes, catalogue, changesets, api, contract]) {
  const findings = await check();
  console.log(`${findings.length === 0 ? 'ok    ' : 'failed'} ${check.name}`);
  for (const finding of findings) console.log(`       - ${finding}`);
  clean &&= findings.length === 0;
}
process.exitCode = clean ? 0 : 1;
