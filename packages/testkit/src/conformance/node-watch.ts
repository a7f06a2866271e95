import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';

/** Collects promises that reject without anybody listening, until `stop`. */
export function watchRejections(): { readonly found: readonly unknown[]; readonly stop: () => void } {
  const found: unknown[] = [];
  const note = (reason: unknown): void => {
    found.push(reason);
  };
  process.on('unhandledRejection', note);
  return { found, stop: () => process.off('unhandledRejection', note) };
}

/** Bytes in use on this thread's heap and in its buffers after everything unreachable was collected. */
export function heapInUse(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (isCollector(collect)) collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Milliseconds that `run` takes on this machine. */
export function elapsedMs(run: () => void): number {
  const startedAt = performance.now();
  run();
  return performance.now() - startedAt;
}

/** The body as a venue would compress it. */
export function gzip(body: Uint8Array): Uint8Array {
  return gzipSync(body, { level: 1 });
}

function isCollector(value: unknown): value is () => void {
  return typeof value === 'function';
}
