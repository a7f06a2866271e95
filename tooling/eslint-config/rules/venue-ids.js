import { readFileSync } from 'node:fs';

// Words of plain English as well: only a string that is nothing else counts.
const english = new Set(['architect', 'backpack', 'derive', 'lighter']);
const ids = JSON.parse(readFileSync(new URL('../data/venue-ids.json', import.meta.url), 'utf8'));
const names = new Set(ids.flatMap(spellings));

/** Core knows no venue: a connector's id, or the venue's own name, in a string, a pattern or a name is a special case in the making. */
export const venueIds = {
  meta: { type: 'problem', schema: [], messages: { venue: "core names the venue '{{name}}'." } },
  create(context) {
    const check = (node, name) => {
      if (name !== undefined) context.report({ node, messageId: 'venue', data: { name } });
    };
    return {
      Literal: (node) =>
        check(node, venueIn(node.regex?.pattern ?? (typeof node.value === 'string' ? node.value : ''))),
      Identifier: (node) => check(node, wordIn(toWords(node.name))),
      TemplateElement: (node) => check(node, venueIn(node.value.raw)),
    };
  },
};

function venueIn(text) {
  const lower = text.toLowerCase();
  return names.has(lower) ? lower : wordIn(lower);
}

function wordIn(text) {
  const words = text.toLowerCase().match(/[a-z0-9_]+/g);
  return words?.find((word) => names.has(word) && !english.has(word));
}

/** `isGateIo` as `is gate io isgate gateio`: a name of two words counts too. */
function toWords(identifier) {
  const words = identifier.replace(/([a-z0-9])([A-Z])/g, '$1 $2').split(' ');
  return [...words, ...words.slice(1).map((word, index) => words[index] + word)].join(' ');
}

/** `gate_io_perpetual` is also `gate_io` and `gateio`. */
function spellings(id) {
  const venue = id.replace(/_perpetual$/, '');
  return [id, venue, venue.replaceAll('_', '')];
}
