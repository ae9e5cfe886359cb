import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { z } from 'zod';
import type { Json } from '../../domain/canonical.ts';
import { JobError, sentenceOf } from '../../domain/errors.ts';
import { countReferences } from './counted-references.ts';
import { addExactKeywords } from './exact-keywords.ts';
import { inexactPartOf } from './inexact-part.ts';
import { withoutKeywords } from './keyword-places.ts';
import { schemaPatterns } from './schema-patterns.ts';
import { SchemaWork } from './schema-work.ts';

/** A JSON Schema as data: draft 2020-12. */
export type JsonSchema = { readonly [keyword: string]: Json };

interface Checker {
  readonly validate: ReturnType<Ajv2020['compile']>;
  readonly work: SchemaWork;
}

interface Problem {
  readonly path: (string | number)[];
  readonly message: string;
}

// What is `format` or an unknown keyword is a remark, as the draft has it. Own properties alone: `toString` is no field.
const OPTIONS = { strict: false, allErrors: true, validateFormats: false, ownProperties: true } as const;
const SCHEMAS = new Ajv2020(OPTIONS);
const originals = new WeakMap<object, JsonSchema>();

/**
 * A schema that is written as JSON Schema (draft 2020-12), such as that of a tool of an MCP server or an OpenAPI document, where zod
 * schemas are taken. What it lets through stays as it is: it fills in no default and drops no field. How far it is closed is
 * its own matter (`additionalProperties`). A value that would take too long to be checked does not fit.
 * @throws JobError `invalid-job` for one that cannot be compiled (a reference to another document, an unknown draft, a wrong keyword), or
 * that would not be checked exactly: `$dynamicRef`, some uses of `unevaluatedItems` and `unevaluatedProperties`; or with a pattern that
 * may take without end to try
 */
export function fromJsonSchema<Out = unknown>(schema: JsonSchema): z.ZodType<Out, Out> {
  const checker = compile(schema);
  const made = z.custom<Out>().check((context) => {
    for (const { path, message } of problemsOf(checker, context.value)) {
      context.issues.push({ code: 'custom', input: context.value, path, message });
    }
  });
  originals.set(made, schema);
  return made;
}

/** The JSON Schema that {@link fromJsonSchema} made a schema from; `undefined` for any other schema. */
export function originalOf(schema: object): JsonSchema | undefined {
  return originals.get(schema);
}

// An instance for each schema: two of them may use one `$id`. What judges schemas themselves takes ten times as long to make, and is one.
function compile(written: JsonSchema): Checker {
  // Ajv looks for names of schemas in remarks as well, and values of the user's own may look like ones.
  const schema = withoutKeywords(written, ({ isRemark }) => isRemark);
  const inexact = inexactPartOf(schema);
  if (inexact !== undefined)
    throw new JobError('invalid-job', `A JSON Schema uses ${inexact}, which is not checked exactly; write it without.`);
  try {
    void SCHEMAS.validateSchema(schema, true);
    const work = new SchemaWork();
    const ajv = new Ajv2020({ ...OPTIONS, meta: false, validateSchema: false, code: { regExp: schemaPatterns(work) } });
    addExactKeywords(ajv, work);
    countReferences(ajv, work);
    // Of older drafts: Ajv refuses it even where only a reference keeps it.
    ajv.removeKeyword('id');
    return { validate: ajv.compile(schema), work };
  } catch (cause) {
    if (cause instanceof JobError && cause.code === 'invalid-job') throw cause;
    throw new JobError('invalid-job', `A JSON Schema (draft 2020-12) cannot be compiled: ${sentenceOf(cause)}`, {
      cause,
    });
  }
}

// A schema that refers to itself without end lets nothing through.
function problemsOf({ validate, work }: Checker, value: unknown): readonly Problem[] {
  work.begin();
  try {
    if (validate(value)) return [];
  } catch (error) {
    return [{ path: [], message: `cannot be checked by its JSON Schema: ${sentenceOf(error)}` }];
  }
  return (validate.errors ?? []).map((error) => ({ path: pathOf(error), message: messageOf(error) }));
}

function pathOf({ instancePath, keyword, params }: ErrorObject): (string | number)[] {
  const path = instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  // What is missing, or too much, is named as the field that it is.
  const named: unknown =
    keyword === 'required'
      ? params['missingProperty']
      : (params['additionalProperty'] ?? params['unevaluatedProperty'] ?? params['propertyName']);
  return typeof named === 'string' ? [...path, named] : path;
}

function messageOf({ keyword, params, message = 'does not fit' }: ErrorObject): string {
  switch (keyword) {
    case 'required':
      return 'is missing';
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return 'is not a field of this';
    case 'enum':
      return `must be one of ${JSON.stringify(params['allowedValues'])}`;
    case 'const':
      return `must be ${JSON.stringify(params['allowedValue'])}`;
    default:
      return message;
  }
}
