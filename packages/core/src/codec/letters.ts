/** Tells whether a text has no other letters than these, all of them ASCII. A look at each is done before a pattern would have begun. */
export function consistsOf(letters: string): (text: string) => boolean {
  const isOne = new Uint8Array(128);
  for (const letter of letters) isOne[letter.charCodeAt(0)] = 1;
  return (text) => {
    const { length } = text;
    for (let at = 0; at < length; at += 1) {
      // Beyond the table there is nothing, as for a letter that is none of these.
      if (isOne[text.charCodeAt(at)] !== 1) return false;
    }
    return true;
  };
}

/** Letters and digits of ASCII. */
export const alphanumeric = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
