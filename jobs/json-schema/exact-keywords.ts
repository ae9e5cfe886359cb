import type { Ajv2020, FuncKeywordDefinition } from 'ajv/dist/2020.js';
import type { DataValidateFunction } from 'ajv/dist/types/index.js';
import { canonicalJson, type Json } from '../../domain/canonical.ts';
import { isMultipleOf } from '../../domain/exact-number.ts';
import type { SchemaWork } from './schema-work.ts';

/**
 * Has numbers compared by their decimal digits, and other values by their canonical text, in what is compiled from then on. Ajv divides
 * doubles, so that 19.99 is no multiple of 0.01; it asks values for their `valueOf` and `toString`, which may be fields; and it
 * compares each item with each other one.
 */
export function addExactKeywords(ajv: Ajv2020, work: SchemaWork): void {
  for (const definition of keywordsOf(work)) ajv.removeKeyword(String(definition.keyword)).addKeyword(definition);
}

type TextOf = (value: Json | undefined) => string;

function keywordsOf(work: SchemaWork): readonly FuncKeywordDefinition[] {
  // `undefined`, which JSON does not have, equals nothing that a schema says.
  const textOf: TextOf = (value) => {
    const text = value === undefined ? '' : canonicalJson(value);
    work.spend(text.length);
    return text;
  };
  return [
    { keyword: 'multipleOf', type: 'number', schemaType: 'number', errors: true, compile: multipleOf },
    { keyword: 'const', errors: true, compile: (allowed: Json) => constant(allowed, textOf) },
    { keyword: 'enum', schemaType: 'array', errors: true, compile: (all: readonly Json[]) => oneOfSome(all, textOf) },
    {
      keyword: 'uniqueItems',
      type: 'array',
      schemaType: 'boolean',
      errors: true,
      compile: (wanted: boolean) => uniqueItems(wanted, textOf),
    },
  ];
}

function multipleOf(step: number): DataValidateFunction {
  return judged('multipleOf', (value: number) =>
    isMultipleOf(value, step) ? undefined : { message: `must be multiple of ${step}` },
  );
}

function constant(allowedValue: Json, textOf: TextOf): DataValidateFunction {
  const text = canonicalJson(allowedValue);
  return judged('const', (value: Json) => (textOf(value) === text ? undefined : { params: { allowedValue } }));
}

function oneOfSome(allowedValues: readonly Json[], textOf: TextOf): DataValidateFunction {
  const texts = new Set(allowedValues.map(canonicalJson));
  return judged('enum', (value: Json) => (texts.has(textOf(value)) ? undefined : { params: { allowedValues } }));
}

function uniqueItems(wanted: boolean, textOf: TextOf): DataValidateFunction {
  return judged('uniqueItems', (items: readonly Json[]) => {
    if (!wanted) return undefined;
    const first = new Map<string, number>();
    for (const [at, item] of items.entries()) {
      const text = textOf(item);
      const other = first.get(text);
      if (other !== undefined)
        return { message: `must NOT have duplicate items (items ## ${other} and ${at} are identical)` };
      first.set(text, at);
    }
    return undefined;
  });
}

type Misfit = { readonly message?: string; readonly params?: object };

// A function of a keyword tells its errors by a property of its own.
function judged<Value>(keyword: string, misfitOf: (value: Value) => Misfit | undefined): DataValidateFunction {
  const validate: DataValidateFunction = (value: Value) => {
    const misfit = misfitOf(value);
    if (misfit !== undefined) validate.errors = [{ keyword, message: 'does not fit', params: {}, ...misfit }];
    return misfit === undefined;
  };
  return validate;
}
