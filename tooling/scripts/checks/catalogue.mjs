import { catalogueFiles } from '../catalogue.mjs';
import { connectors, exists, read, readJson } from '../workspace.mjs';

const statuses = ['experimental', 'stable', 'deprecated'];

/** Each connector says what it is, by the rules that its name and folder follow, and the generated files say the same. */
export async function catalogue() {
  const ids = readJson('tooling/eslint-config/data/venue-ids.json');
  const stale = Object.entries(await catalogueFiles())
    .filter(([path, text]) => !exists(path) || read(path) !== text)
    .map(([path]) => `${path} is stale: npm run catalogue`);
  return [...connectors().flatMap((each) => judge(each, ids)), ...stale];
}

/** What is wrong with one connector's `hb`, name and folder. */
export function judge({ folder, manifest: { name, hb } }, ids) {
  const slug = hb.id.replaceAll('_', '-');
  const place = `packages/${hb.kind}/${slug.replace(/-perpetual$/, '')}`;
  const rules = [
    [ids.includes(hb.id) || !['spot', 'perpetual'].includes(hb.kind), `${hb.id} is not in venue-ids.json`],
    [['spot', 'perpetual', 'chain', 'dex'].includes(hb.kind), `kind is ${hb.kind}`],
    [statuses.includes(hb.status), `status is ${hb.status}, not one of ${statuses.join(', ')}`],
    [Array.isArray(hb.owners) && hb.owners.length > 0, 'it has no owners'],
    [folder === place, `its folder is not ${place}`],
    [name === `@hb/connector-${slug}`, `its name is not @hb/connector-${slug}`],
  ];
  return rules.filter(([holds]) => !holds).map(([, text]) => `${folder}/package.json: ${text}`);
}
