import type { z } from 'zod';
import { FieldsError } from './problem.ts';
import type { Route } from './route.ts';

const MAX_SHOWN = 5;

/** The parts of a request that routes parse. */
export interface RequestParts {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

/**
 * Parses path, query and body of a request by its route.
 * @throws FieldsError naming every field that does not fit
 */
export function parseRequest(route: Route, request: RequestParts): { path: unknown; query: unknown; body: unknown } {
  return {
    path: parsed('path', route.path, request.params),
    query: route.query === undefined ? refuseQuery(request.query) : parsed('query', route.query, request.query),
    // Nothing sent is what an empty object says, where all of it may be left out.
    body: route.raw === true ? undefined : parsed('body', route.body, request.body ?? {}),
  };
}

function parsed(where: string, schema: z.ZodType | undefined, value: unknown): unknown {
  if (schema === undefined) return undefined;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const fields = result.error.issues.flatMap((issue) => fieldsOf(where, issue));
  const shown = fields.slice(0, MAX_SHOWN).map(({ at, expected }) => `${at}: ${expected}`);
  const more = fields.length - shown.length;
  const rest = more > 0 ? `; and ${more} more` : '';
  throw new FieldsError(`The ${where} does not fit: ${shown.join('; ')}${rest}.`, fields.slice(0, 50));
}

function fieldsOf(where: string, issue: z.core.$ZodIssue): readonly { at: string; expected: string }[] {
  const at = [where, ...issue.path.map(String)].join('.').slice(0, 200);
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ at: `${at}.${key.slice(0, 100)}`, expected: 'no such field is known' }));
  return [{ at, expected: issue.message.replace(/^Invalid input: /, '').slice(0, 300) }];
}

function refuseQuery(query: unknown): undefined {
  const names = typeof query === 'object' && query !== null ? Object.keys(query) : [];
  if (names.length === 0) return undefined;
  const fields = names.map((name) => ({ at: `query.${name.slice(0, 100)}`, expected: 'no such field is known' }));
  throw new FieldsError('This route takes no query; leave it out.', fields.slice(0, 50));
}
