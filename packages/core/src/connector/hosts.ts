import { ConnectorError } from '../errors/connector-error.js';
import type { Common } from '../spec/common.js';

type Environments = Common<never, never>['environments'];

/** The first one that the spec lists. */
export function defaultEnvironment({ environments }: { readonly environments: Environments }): string {
  return Object.keys(environments)[0] ?? '';
}

/** The addresses of an environment, with the user's own in their place. Throws for names that the spec does not have. */
export function toHosts(
  { id, environments }: { readonly id: string; readonly environments: Environments },
  environment: string,
  own: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const hosts = environments[environment];
  if (hosts === undefined) {
    throw refused(id, `no environment '${environment}'; there is ${Object.keys(environments).join(', ')}`);
  }
  const unknown = Object.keys(own).find((name) => hosts[name] === undefined);
  if (unknown !== undefined) throw refused(id, `no host '${unknown}'; there is ${Object.keys(hosts).join(', ')}`);
  return { ...hosts, ...own };
}

function refused(operation: string, message: string): ConnectorError {
  return new ConnectorError(message, { kind: 'invalid-request', outcome: 'not-sent', operation });
}
