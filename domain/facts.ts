import { canonicalJson } from './canonical.ts';
import { JobError } from './errors.ts';

/** The few trusted fields a workflow, policy or read-back may look at; flat, at most 512 bytes as JSON. */
export type Facts = { readonly [name: string]: string | number | boolean };

/** No facts at all. */
export type NoFacts = Record<never, never>;

/** The most bytes that facts may take as canonical JSON. */
export const MAX_FACTS_BYTES = 512;

/**
 * Checks facts that an agent or tool computed.
 * @throws JobError `invalid-job` when they are nested, not finite or larger than 512 bytes
 */
export function checkFacts(owner: string, facts: Facts): Facts {
  for (const [name, value] of Object.entries(facts)) {
    if (!isFact(value)) {
      throw new JobError('invalid-job', `The fact "${name}" of ${owner} is no text, finite number or boolean.`);
    }
  }
  const bytes = new TextEncoder().encode(canonicalJson(facts)).length;
  if (bytes > MAX_FACTS_BYTES) {
    throw new JobError('invalid-job', `The facts of ${owner} take ${bytes} bytes; ${MAX_FACTS_BYTES} are allowed.`);
  }
  return facts;
}

function isFact(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  return typeof value === 'boolean' || Number.isFinite(value);
}
