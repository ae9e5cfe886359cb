import { z } from 'zod';
import { JobError } from '../domain/errors.ts';
import { nearest } from '../domain/nearest.ts';

const SHOWN_LENGTH = 60;

/** What was parsed, and where it came from. */
export interface Given {
  readonly schema: z.ZodType;
  readonly value: unknown;
  /** The name of the file, for people. */
  readonly file: string;
  /** Keys that stand in the environment, with the variable's name. */
  readonly environment: ReadonlyMap<string, string>;
}

/** The error for the first thing that is wrong: one sentence with the key, its value, and what it must be. */
export function configError(error: z.ZodError, given: Given): JobError {
  const [issue] = error.issues;
  const sentence = issue === undefined ? `${given.file} does not fit.` : sentenceFor(issue, given);
  return new JobError('invalid-config', sentence, { cause: error });
}

function sentenceFor(issue: z.core.$ZodIssue, given: Given): string {
  if (issue.code === 'unrecognized_keys') return unknownKey(issue.path, issue.keys[0] ?? '', given);
  if (issue.code === 'invalid_key') {
    const rule = issue.issues[0]?.message ?? issue.message;
    return `${placeOf(issue.path.slice(0, -1), given)} names "${String(issue.path.at(-1))}"; a name must be ${rule}.`;
  }
  const subject = given.environment.get(keyOf(issue.path)) ?? placeOf(issue.path, given);
  const value = valueAt(given.value, issue.path);
  if (value === undefined) return `${subject} is missing; it must be ${issue.message}.`;
  if (value === null) return `${subject} has no value; remove the key or give it ${issue.message}.`;
  // Where a reference or an address stands, people also paste secrets.
  if ((typeof value === 'string' || Array.isArray(value)) && /env:NAME|login/.test(issue.message)) {
    return `${subject} must be ${issue.message}; what stands there is not shown, for it may be a secret.`;
  }
  return `${subject} is ${shown(value)}; it must be ${issue.message}.`;
}

function placeOf(path: readonly PropertyKey[], given: Given): string {
  return path.length === 0 ? given.file : `\`${keyOf(path)}\` in ${given.file}`;
}

function unknownKey(path: readonly PropertyKey[], key: string, given: Given): string {
  const known = knownKeys(given.schema, path);
  const meant = nearest(key, known);
  const advice = meant === undefined ? `known are ${known.join(', ')}` : `perhaps "${meant}" is meant`;
  return `${placeOf(path, given)} has the unknown key "${key}"; ${advice}.`;
}

function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  const whole: unknown = z.toJSONSchema(schema, { io: 'input' });
  const part = path.reduce<unknown>((parent, key) => {
    if (typeof key === 'number') return valueAt(parent, ['items']);
    return valueAt(parent, ['properties', key]) ?? valueAt(parent, ['additionalProperties']);
  }, whole);
  return Object.keys(valueAt(part, ['properties']) ?? {});
}

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
}

/** A key as people write it: `endpoints.0.model`. */
function keyOf(path: readonly PropertyKey[]): string {
  return path.map(String).join('.');
}

/** What lies under a path; `undefined` when nothing does. */
function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((parent, key) => {
    return typeof parent === 'object' && parent !== null && Object.hasOwn(parent, key)
      ? Reflect.get(parent, key)
      : undefined;
  }, value);
}
