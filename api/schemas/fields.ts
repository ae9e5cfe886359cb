import { z } from 'zod';
import type { Json } from '../../domain/canonical.ts';
import { ROLES } from '../../domain/principal.ts';

/** A moment in ISO 8601 with its zone. */
export const Moment = z.iso.datetime({ offset: true, error: 'a moment such as 2026-01-31T09:00:00Z' });

/** The id of a run. */
export const RunIdField = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}\.[A-Za-z0-9_-]{22}$/, { error: 'a run id: <job>.<22 characters>' })
  .describe('The id of a run, as starting and listing give it.');

/** The name of a job, a tenant, a principal, a schedule or a trigger. */
export const NameField = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}$/, { error: '1 to 63 of a-z, 0-9 and "-", starting with a letter' });

/** A role. */
export const RoleField = z.enum(ROLES, { error: `one of ${ROLES.join(', ')}` });

/** Any JSON value: what was parsed from JSON is one, so that it need only be there. */
export const JsonField = z.custom<Json>((value) => value !== undefined, { error: 'a JSON value' });

/** A whole number in a query, which is text. */
export function countField(least: number, most: number): z.ZodType<number, string> {
  const error = `a whole number from ${least} to ${most}`;
  return z
    .string({ error })
    .regex(/^\d{1,9}$/, { error })
    .transform(Number)
    .pipe(z.int({ error }).min(least, { error }).max(most, { error }));
}

/** `true` or `false` in a query. */
export const FlagField = z.enum(['true', 'false'], { error: 'true or false' }).transform((text) => text === 'true');
