/** The source text of a message's `id`, so that a number is echoed as a number: `1`, `"1"` or `null`. `undefined`: none of them. */
export function readId(text: string): string | undefined {
  return /"id"\s*:\s*("[\w.:-]{0,64}"|-?\d{1,19}|null)\s*[,}]/.exec(text)?.[1];
}
