import { JobError } from '../../domain/errors.ts';
import type { Layout } from '../../main/worker-specs.ts';

/**
 * Reads what `--layout` names; `undefined` when it is not given.
 * @throws JobError `invalid-input` for anything else
 */
export function layoutOf(text: string | undefined): Layout | undefined {
  if (text === undefined || text === 'together' || text === 'apart') return text;
  throw new JobError('invalid-input', `--layout is together or apart, not "${text}".`);
}
