/** Made when it is first asked for, and kept: reading an ABI takes longer than importing a package should. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
