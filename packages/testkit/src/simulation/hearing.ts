import type { TraceLine } from '../virtual/network.js';

/** What the venue said, and what of that got to the connector as it was said, letter for letter. */
export type Hearing = {
  /** The venue says it; `isAnswer` when a query has asked for it. */
  readonly said: (text: string, isAnswer: boolean) => void;
  /** Something passed the network. */
  readonly passed: (line: TraceLine) => void;
  /** Whether anything with this in it got through. */
  readonly has: (part: string) => boolean;
  /** How often the venue answered a query with this in it, whether that got through or not. */
  readonly answers: (part: string) => number;
};

export function createHearing(): Hearing {
  const said = new Set<string>();
  const heard = new Set<string>();
  const answers: string[] = [];
  return {
    said: (text, isAnswer) => {
      said.add(text);
      if (isAnswer) answers.push(text);
    },
    passed: ({ what }) => {
      // `200 {…}` of an answer, `< {…}` of a message.
      const text = what.slice(what.indexOf(' ') + 1);
      if (said.has(text)) heard.add(text);
    },
    has: (part) => [...heard].some((text) => text.includes(part)),
    answers: (part) => answers.filter((text) => text.includes(part)).length,
  };
}
