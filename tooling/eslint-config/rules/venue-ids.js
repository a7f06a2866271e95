import { readFileSync } from 'node:fs';

// Words of plain English as well: only a string that is nothing else counts.
const english = new Set(['architect', 'backpack', 'derive', 'lighter']);
const ids = JSON.parse(readFileSync(new URL('../data/venue-ids.json', import.meta.url), 'utf8'));
const names = new Set(ids.flatMap(spellings));

/** Core knows no venue: a connector's id, or the venue's own name, in a string is a special case in the making. */
export const venueIds = {
  meta: { type: 'problem', schema: [], messages: { venue: "core names the venue '{{name}}' in a string." } },
  create(context) {
    const check = (node, text) => {
      const name = venueIn(text);
      if (name !== undefined) context.report({ node, messageId: 'venue', data: { name } });
    };
    return {
      Literal: (node) => typeof node.value === 'string' && check(node, node.value),
      TemplateElement: (node) => check(node, node.value.raw),
    };
  },
};

function venueIn(text) {
  const lower = text.toLowerCase();
  if (names.has(lower)) return lower;
  return lower.match(/[a-z0-9_]+/g)?.find((word) => names.has(word) && !english.has(word));
}

/** `gate_io_perpetual` is also `gate_io` and `gateio`. */
function spellings(id) {
  const venue = id.replace(/_perpetual$/, '');
  return [id, venue, venue.replaceAll('_', '')];
}
