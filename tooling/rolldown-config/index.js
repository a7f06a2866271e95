/**
 * Makes one file of what an entry loads at once, and one of each part that is loaded when it is needed: of a module of some
 * lines, finding the file takes longer than reading it. Entries are named without their ending; other packages stay outside.
 */
export function bundled(...entries) {
  return {
    input: Object.fromEntries(entries.map((entry) => [entry, `build/${entry}.js`])),
    external: [/^[^./]/],
    platform: 'node',
    output: {
      dir: 'dist',
      entryFileNames: '[name].js',
      chunkFileNames: '[name].js',
      comments: { annotation: true, jsdoc: false, legal: true },
    },
  };
}
