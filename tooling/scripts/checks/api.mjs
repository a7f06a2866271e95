import { apiReport, reportPath } from '../api.mjs';
import { exists, read } from '../workspace.mjs';

/** Core's public surface is what packages/core/api.md says it is. */
export function api() {
  return exists(reportPath) && read(reportPath) === apiReport()
    ? []
    : [`${reportPath} is stale: npm run api, and review the difference`];
}
