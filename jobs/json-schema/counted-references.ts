import { _, type Ajv2020, type CodeKeywordDefinition, type KeywordCxt, Name } from 'ajv/dist/2020.js';
import { JobError } from '../../domain/errors.ts';
import type { SchemaWork } from './schema-work.ts';

// Each function that Ajv makes has its errors under this name; those of what a reference leads to are copied to them.
const ERRORS = new Name('vErrors');
const COPIED_IN_A_STEP = 16;

/**
 * Counts what lies behind each `$ref` that is followed, in what is compiled from then on. Only references lead to one part of a value
 * again and again: without them a schema takes as long as it and the value are large.
 */
export function countReferences(ajv: Ajv2020, work: SchemaWork): void {
  const reference = ajv.getKeyword('$ref');
  if (typeof reference === 'boolean' || !('code' in reference))
    throw new JobError('internal', 'This version of Ajv has no code for `$ref`.');
  const { code } = reference satisfies CodeKeywordDefinition;
  const count = (value: unknown, errors: readonly unknown[] | null): void => {
    work.spendParts(value);
    work.spend(Math.ceil((errors?.length ?? 0) / COPIED_IN_A_STEP));
  };
  ajv.removeKeyword('$ref').addKeyword({
    ...reference,
    code(context: KeywordCxt) {
      const counting = context.gen.scopeValue('func', { ref: count });
      context.gen.code(_`${counting}(${context.data}, ${ERRORS})`);
      code(context);
    },
  });
}
