import type { StepPath } from '../domain/ids.ts';
import type { MapOutcome } from '../domain/map-items.ts';
import type { Ref } from '../domain/ref.ts';
import type { Step } from '../jobs/job.ts';
import { stepNamed } from './bind-steps.ts';
import { makeRef, stepInput } from './bound-ref.ts';
import { currentRun } from './current-run.ts';
import { failRun } from './fail-run.ts';
import { itemsNamed } from './item-names.ts';
import { runInPart } from './run-in-part.ts';

/** What {@link mapStep} takes. */
export interface MapStepOptions<Item> {
  /** The field of each item whose text or whole number names it: 1 to 60 letters, digits, `-` and `_`, once in the list. */
  readonly key: Item extends object ? Extract<keyof Item, string> : never;
  /** How many items are under way at once: 1 to 100, default 10. */
  readonly window?: number;
}

/** How many items there were, and how many of them failed. */
export type MapFacts = { readonly items: number; readonly failed: number };

const DEFAULT_WINDOW = 10;
const MAX_WINDOW = 100;

/**
 * Applies a step of the manifest to each item of a list, at most 10,000, in a window, as steps named `<step>:<key>`; the list comes
 * by reference, or as a value of at most 8 KiB. Gives the list of the outputs in the order of the items, at most 16 MiB. The run's
 * own history grows by a few events, however long the list is. An item that fails ends the run as the step would have, after
 * what is under way has ended; with `collect: true` it is an outcome in the list. Ends the run `invalid-input` for a list that is
 * none, or whose items lack their keys or share them.
 */
export function mapStep<Item, Output, F>(
  step: Step<Item, Output, F>,
  items: NoInfer<readonly Item[] | Ref<readonly Item[], unknown>>,
  options: MapStepOptions<NoInfer<Item>> & { readonly collect: true },
): Promise<Ref<MapOutcome<Output>[], MapFacts>>;
/** Like the other form, where the first failure ends the run. */
export function mapStep<Item, Output, F>(
  step: Step<Item, Output, F>,
  items: NoInfer<readonly Item[] | Ref<readonly Item[], unknown>>,
  options: MapStepOptions<NoInfer<Item>> & { readonly collect?: false },
): Promise<Ref<Output[], MapFacts>>;
export async function mapStep(
  given: object,
  items: unknown,
  options: { readonly key: string; readonly window?: number; readonly collect?: boolean },
): Promise<unknown> {
  const run = currentRun();
  const { key, window = DEFAULT_WINDOW, collect = false } = options;
  const { name, step } =
    stepNamed(given) ?? failRun('invalid-job', 'mapStep takes a step of the job, not one named by `as`.');
  if (!Number.isInteger(window) || window < 1 || window > MAX_WINDOW)
    failRun('invalid-job', `The window of a map over "${name}" is ${window}; 1 to ${MAX_WINDOW} are possible.`);
  const path = run.path(`${name}/map`);
  // A second map of the same step has items of its own.
  const prefix = path.replace('/map', '') as StepPath;
  const list = stepInput(path, items);
  const otherNames = prefix === name ? itemsNamed(run, name, { items: list, key }) : undefined;
  if (otherNames !== undefined) await otherNames;
  await run.enter(path);
  const state = { step: name, prefix, items: list, key, window, collect, at: 0, failed: 0 };
  const { output, facts } = await runInPart(run, { path, steps: { [name]: step }, work: { kind: 'map', state } });
  return makeRef({ ref: output, facts });
}
