import type { Random } from '../random.js';
import type { Wire } from './mutate.js';

/** Messages that were seen or documented, kinds of them apart, so that frequent ones do not crowd out rare ones. */
export type Corpus = {
  /** Under a stream or a request. More of the same shape than needed are left out. */
  readonly add: (place: string, message: Wire) => void;
  /** Of a random shape; `undefined` where nothing was seen. */
  readonly pick: (place: string, random: Random) => Wire | undefined;
};

const mostOfAShape = 12;
const mostShapes = 60;
const longest = 20_000;

export function createCorpus(): Corpus {
  const places = new Map<string, Map<string, Wire[]>>();

  const pick = (place: string, random: Random): Wire | undefined => {
    const shapes = places.get(place);
    return shapes === undefined ? undefined : random.pick(random.pick([...shapes.values()]));
  };
  return {
    pick,
    add: (place, message) => {
      if (message.length === 0 || message.length > longest) return;
      const shapes = places.get(place) ?? new Map<string, Wire[]>();
      const shape = shapeOf(message);
      const alike = shapes.get(shape) ?? [];
      if (alike.length >= mostOfAShape || (alike.length === 0 && shapes.size >= mostShapes)) return;
      if (alike.includes(message)) return;
      alike.push(message);
      shapes.set(shape, alike);
      places.set(place, shapes);
    },
  };
}

/** The names of its members, in order, without those of further elements of a list, and its words in capitals, which tell states apart. */
function shapeOf(message: Wire): string {
  if (typeof message !== 'string') return 'bytes';
  const words = message.match(/"\w+"\s*:|:\s*"[A-Z_]{2,}"|[[{]/g) ?? [];
  return [...new Set(words)].join('');
}
