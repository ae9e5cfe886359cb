import { JobError } from '../domain/errors.ts';
import type { Registry } from '../jobs/registry.ts';
import type { ApiSettings } from './settings.ts';

/**
 * Checks that every trigger starts a job that there is.
 * @throws JobError `invalid-config`
 */
export function checkTriggers(triggers: ApiSettings['triggers'], registry: Registry): void {
  const known = registry.jobs.map(({ name }) => name);
  for (const [name, { job }] of Object.entries(triggers)) {
    if (known.includes(job)) continue;
    throw new JobError(
      'invalid-config',
      `\`triggers.${name}.job\` is "${job}", and there is no such job; known are: ${known.join(', ') || 'none'}.`,
    );
  }
}
