import type { z } from 'zod';
import { cut } from '../domain/cut.ts';
import { JobError, type JobErrorCode } from '../domain/errors.ts';

const MAX_ISSUES = 3;
// An issue may name what was given: a key of a megabyte, or a hundred thousand keys.
const MAX_FIELD = 200;
const MAX_MESSAGE = 300;

/** By what a value is parsed, and what a misfit is called. */
export interface ParseForm<Out> {
  readonly code: JobErrorCode;
  readonly schema: z.ZodType<Out>;
  /** What the value is, as the beginning of a sentence. */
  readonly subject: string;
}

/**
 * Parses a value by a schema.
 * @throws JobError with the given code; its sentence names the subject and the first three fields that are wrong
 */
export function parseAs<Out>(form: ParseForm<Out>, value: unknown): Out {
  const { code, schema, subject } = form;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new JobError(code, `${subject} does not fit: ${issuesOf(parsed.error)}.`);
}

/** The first three issues as one clause of at most 1,600 characters, such as `total: expected string, received number`. */
export function issuesOf(error: z.ZodError): string {
  const shown = error.issues.slice(0, MAX_ISSUES).map((issue) => {
    const field = short(issue.path.map(String).join('.'), MAX_FIELD) || 'the value';
    return `${field}: ${short(decapitalised(issue.message), MAX_MESSAGE)}`;
  });
  const more = error.issues.length - shown.length;
  return more > 0 ? `${shown.join('; ')}; and ${more} more` : shown.join('; ');
}

function short(text: string, limit: number): string {
  return text.length <= limit ? text : `${cut(text, limit - 1)}…`;
}

function decapitalised(message: string): string {
  return message.replace(/^(Invalid input: )?/, '').replace(/\.$/, '');
}
