import { gunzipSync, inflateSync } from 'node:zlib';

/** A body without its content encoding. Throws a `RangeError` when more than `maxBytes` come out, and an `Error` when it is not so encoded. */
export function inflateBody(encoding: string | undefined, body: Uint8Array, maxBytes: number): Uint8Array {
  if (encoding === undefined || encoding === 'identity' || body.length === 0) return body;
  if (encoding !== 'gzip' && encoding !== 'deflate') throw new Error(`a body in ${JSON.stringify(encoding)}`);
  return (encoding === 'gzip' ? gunzipSync : inflateSync)(body, { maxOutputLength: maxBytes });
}
