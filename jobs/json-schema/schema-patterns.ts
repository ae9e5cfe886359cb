import type { Ajv2020 } from 'ajv/dist/2020.js';
import { parsePattern, withoutNeedlessEscapes } from './pattern-syntax.ts';
import { choicesOf, PlainPattern } from './plain-pattern.ts';
import type { SchemaWork } from './schema-work.ts';
import { SteadyPattern } from './steady-pattern.ts';

type Engine = Ajv2020['opts']['code']['regExp'];

/**
 * What tries the patterns of a schema, for Ajv: none takes more steps than the work allows.
 * @throws what `parsePattern` and {@link SteadyPattern} throw
 */
export function schemaPatterns(work: SchemaWork): Engine {
  // The code is only for those who write compiled schemas to files.
  return Object.assign((source: string) => patternOf(source, work), { code: 'schemaPatterns' });
}

function patternOf(written: string, work: SchemaWork): ReturnType<Engine> {
  const source = withoutNeedlessEscapes(written);
  const pattern = parsePattern(source);
  const choices = choicesOf(pattern);
  return choices === undefined ? new SteadyPattern(source, pattern, work) : new PlainPattern(source, choices, work);
}
