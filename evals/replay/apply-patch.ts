import { z } from 'zod';
import type { Json } from '../../domain/canonical.ts';
import { JobError } from '../../domain/errors.ts';

/** One change of a state. Source: RFC 6902, of which recorded data uses these three. */
export const PatchOperation = z.discriminatedUnion('op', [
  z.object({ op: z.enum(['add', 'replace']), path: z.string(), value: z.json() }),
  z.object({ op: z.literal('remove'), path: z.string() }),
]);
/** The same as a type. */
export type PatchOperation = z.infer<typeof PatchOperation>;

/**
 * A state after some changes, one after the other; the given one stays as it is.
 * @throws JobError `invalid-input` when a path leads nowhere
 */
export function applyPatch(state: Json, patch: readonly PatchOperation[]): Json {
  return patch.reduce(
    (changed, operation) => changedAt(changed, { operation, steps: stepsOf(operation.path), at: 0 }),
    state,
  );
}

interface Change {
  readonly operation: PatchOperation;
  readonly steps: readonly string[];
  /** How many of the steps have been taken. */
  readonly at: number;
}

// Only what lies on the path is copied: states are large and changes small.
function changedAt(value: Json, change: Change): Json {
  const { operation, steps, at } = change;
  const step = steps[at];
  if (step === undefined) return operation.op === 'remove' ? null : operation.value;
  if (value === null || typeof value !== 'object') throw nowhere(operation);
  return isList(value) ? changedList(value, step, change) : changedObject(value, step, change);
}

function changedList(list: readonly Json[], step: string, change: Change): Json {
  const { operation, steps, at } = change;
  const last = at === steps.length - 1;
  const adds = last && operation.op === 'add';
  const index = step === '-' && adds ? list.length : /^(0|[1-9]\d*)$/.test(step) ? Number(step) : Number.NaN;
  // The comparison fails for what is no number, too.
  if (!(index < list.length + (adds ? 1 : 0))) throw nowhere(operation);
  if (last && operation.op === 'remove') return list.toSpliced(index, 1);
  if (last && operation.op === 'add') return list.toSpliced(index, 0, operation.value);
  return list.with(index, changedAt(list[index] ?? null, { ...change, at: at + 1 }));
}

function changedObject(object: { readonly [name: string]: Json }, step: string, change: Change): Json {
  const { operation, steps, at } = change;
  const last = at === steps.length - 1;
  const present = Object.hasOwn(object, step);
  if (!present && !(last && operation.op === 'add')) throw nowhere(operation);
  if (last && operation.op === 'remove') {
    return Object.fromEntries(Object.entries(object).filter(([name]) => name !== step));
  }
  const changed = changedAt(present ? (object[step] ?? null) : null, { ...change, at: at + 1 });
  const named = Object.entries(object).map(([name, part]): [string, Json] => [name, name === step ? changed : part]);
  return Object.fromEntries(present ? named : [...named, [step, changed]]);
}

function stepsOf(path: string): readonly string[] {
  return path
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function nowhere({ op, path }: PatchOperation): JobError {
  return new JobError('invalid-input', `The patch cannot ${op} "${path}": it leads nowhere in the state.`);
}
