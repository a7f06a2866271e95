/** Collects what node itself complains about to the user of a process, until `stop`. */
export function watchWarnings(): { readonly found: readonly Error[]; readonly stop: () => void } {
  const found: Error[] = [];
  const note = (warning: Error): void => {
    found.push(warning);
  };
  process.on('warning', note);
  return { found, stop: () => process.off('warning', note) };
}
