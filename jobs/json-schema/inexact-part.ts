import type { Json } from '../../domain/canonical.ts';
import { isList, isSchemaObject, NAMED, OTHER_DIALECTS, VALUES } from './keyword-places.ts';

const NEVER = ['$dynamicRef', '$vocabulary', ...OTHER_DIALECTS];
// Beside these Ajv takes items for evaluated that are not, or the other way round.
const BESIDE_ITEMS = ['contains', 'anyOf', 'oneOf', 'not', 'if', 'dependentSchemas'];

/**
 * What of a JSON Schema (draft 2020-12) Ajv does not check as the draft has it, as the object of a sentence; `undefined` for a schema
 * without such a part. Found with the draft's own test suite.
 */
export function inexactPartOf(schema: Json): string | undefined {
  const used = new Set<string>();
  collect(schema, used);
  const never = NEVER.find((keyword) => used.has(keyword));
  if (never !== undefined) return `\`${never}\``;
  if (used.has('__proto__')) return 'a property named "__proto__"';
  const beside = BESIDE_ITEMS.find((keyword) => used.has(keyword));
  if (used.has('unevaluatedItems') && beside !== undefined) return `\`unevaluatedItems\` beside \`${beside}\``;
  return used.has('unevaluatedProperties') && used.has(HALF)
    ? '`unevaluatedProperties` beside an `if` without `then` and `else`'
    : undefined;
}

/** No keyword: an `if` that lacks one of its branches. */
const HALF = 'if alone';

// What a reference may lead to counts too.
function collect(value: Json, used: Set<string>): void {
  if (value === null || typeof value !== 'object') return;
  if (isList(value)) {
    for (const part of value) collect(part, used);
    return;
  }
  if ('if' in value && !('then' in value && 'else' in value)) used.add(HALF);
  for (const [keyword, part] of Object.entries(value)) {
    used.add(keyword);
    if (NAMED.includes(keyword) && isSchemaObject(part)) {
      if (Object.hasOwn(part, '__proto__')) used.add('__proto__');
      for (const named of Object.values(part)) collect(named, used);
    } else if (!VALUES.includes(keyword)) collect(part, used);
  }
}
