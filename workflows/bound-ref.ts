import type { Facts } from '../domain/facts.ts';
import type { BlobRef } from '../domain/ids.ts';
import { MAX_PAYLOAD_BYTES } from '../domain/payload.ts';
import type { StepInput, StepResult } from '../activities/types.ts';
import { failRun } from './fail-run.ts';

/** A reference as job code holds it; its content is known to the type checker alone. */
export interface BoundRef {
  readonly ref: BlobRef;
  readonly facts: Facts;
}

// Only what a step gave is a reference; an input of the user's that looks like one is a value.
const refs = new WeakSet<object>();

/** A reference that steps take as such. */
export function makeRef(result: StepResult): BoundRef {
  const ref = Object.freeze({ ref: result.ref, facts: Object.freeze({ ...result.facts }) });
  refs.add(ref);
  return ref;
}

/** Whether a value is a reference that a step of this run gave. */
export function isRef(value: unknown): value is BoundRef {
  return typeof value === 'object' && value !== null && refs.has(value);
}

/** What job code hands to a step, as its Activity takes it; ends the run when a value is larger than 8 KiB. */
export function stepInput(name: string, input: unknown): StepInput {
  if (isRef(input)) return { ref: input.ref };
  const bytes = new TextEncoder().encode(JSON.stringify(input) ?? '').length;
  if (bytes > MAX_PAYLOAD_BYTES) {
    failRun(
      'invalid-input',
      `The step "${name}" was given ${bytes} bytes; pass what an earlier step returned, or at most ${MAX_PAYLOAD_BYTES}.`,
    );
  }
  return { value: input };
}
