/**
 * A word that a venue said is not looked up in an object: every object has a `toString` and a `constructor`.
 * What a parser has narrowed to a union of words is: its table is a Record of that union.
 */
export const wordTables = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { table: "any word can be looked up in '{{name}}', and an object has more than its table: use a Map." },
  },
  create(context) {
    return {
      'MemberExpression[computed=true][object.type=Identifier]:matches([property.type=Identifier], [property.type=MemberExpression])'({
        object,
      }) {
        const table = declaratorOf(context.sourceCode.getScope(object), object.name);
        if (!isOpen(table?.id.typeAnnotation?.typeAnnotation)) return;
        context.report({ node: object, messageId: 'table', data: { name: object.name } });
      },
    };
  },
};

/** The declaration of a constant of the module. */
function declaratorOf(scope, name) {
  for (let at = scope; at; at = at.upper) {
    const variable = at.set.get(name);
    if (variable) return at.type === 'module' ? variable.defs.find(({ type }) => type === 'Variable')?.node : undefined;
  }
}

/** `Record<string, …>`, alone or within `Readonly` and `Partial`. */
function isOpen(type) {
  if (type?.type !== 'TSTypeReference') return false;
  const [first] = type.typeArguments?.params ?? [];
  if (['Readonly', 'Partial'].includes(type.typeName.name)) return isOpen(first);
  return type.typeName.name === 'Record' && first?.type === 'TSStringKeyword';
}
