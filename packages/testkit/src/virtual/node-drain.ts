/** Resolves once every promise that can settle has settled, however deep its chain: one turn of the event loop. */
export function drain(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
