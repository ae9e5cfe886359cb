import { JobError } from '../domain/errors.ts';

/**
 * Refuses fields that nothing honours: a misspelt bound, or one whose time has not come, must not pass as kept. Types say
 * the same to those who compile; this is for those who do not.
 * @throws JobError `invalid-job` naming the field and those there are
 */
export function refuseUnknownFields(owner: string, declared: object, known: readonly string[]): void {
  const unknown = Object.keys(declared).find((field) => !known.includes(field));
  if (unknown === undefined) return;
  throw new JobError(
    'invalid-job',
    `${owner} has the field \`${unknown}\`, which nothing honours; known are ${known.join(', ')}.`,
  );
}
