import { rootCertificates } from 'node:tls';

import type { NodeNetOptions } from './node-http.js';

export const connectTimeoutMs = 10_000;

/** What both websockets and requests ask of TLS; no option turns verification off. */
export function tlsOptions({ ca }: NodeNetOptions): {
  readonly rejectUnauthorized: true;
  readonly minVersion: 'TLSv1.2';
  readonly ca?: string[];
} {
  const strict = { rejectUnauthorized: true, minVersion: 'TLSv1.2' } as const;
  return ca === undefined ? strict : { ...strict, ca: [...rootCertificates, ca] };
}
