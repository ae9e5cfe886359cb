import { patched } from '@temporalio/workflow';
import type { StepPath } from '../domain/ids.ts';
import type { StepInput } from '../activities/types.ts';
import type { RunState } from './run-state.ts';

interface Given {
  /** The names that `as` gave to repetitions of a step. */
  readonly names: string[];
  /** The first map over it, whose items are named as they are; those of a second one are not. */
  map?: { readonly items: StepInput; readonly key: string };
}

const TIMEOUT_MS = 60_000;
// What one Activity may be handed: names of 60 characters.
const NAMES_AT_ONCE = 100;
// Open runs of versions before go on as they began.
const ITEMS_HAVE_OTHER_NAMES = 'items-have-other-names';

const ofRuns = new WeakMap<RunState, Map<string, Given>>();

/**
 * Notes the first map over a step, and holds its items against the names that `as` gave before: both would be one step, with one
 * effect. `undefined` when there is none to be held against.
 */
export function itemsNamed(run: RunState, step: string, map: NonNullable<Given['map']>): Promise<void> | undefined {
  const given = givenTo(run, step);
  given.map = map;
  const { names } = given;
  return names.length === 0 ? undefined : holdAgainst(run, { step, map, names: [...names] });
}

/** Notes a name that `as` gives to a repetition of a step, and holds it against the items of a map that began before. */
export function repetitionNamed(run: RunState, step: string, name: string): Promise<void> | undefined {
  const given = givenTo(run, step);
  given.names.push(name);
  const { map } = given;
  return map === undefined ? undefined : holdAgainst(run, { step, map, names: [name] });
}

function givenTo(run: RunState, step: string): Given {
  const steps = ofRuns.get(run) ?? new Map<string, Given>();
  ofRuns.set(run, steps);
  const given = steps.get(step) ?? { names: [] };
  steps.set(step, given);
  return given;
}

// The names are in the list, which only an Activity reads.
function holdAgainst(
  run: RunState,
  held: { readonly step: string; readonly map: NonNullable<Given['map']>; readonly names: readonly string[] },
): Promise<void> | undefined {
  return patched(ITEMS_HAVE_OTHER_NAMES) ? readKeys(run, held) : undefined;
}

async function readKeys(
  run: RunState,
  {
    step,
    map,
    names,
  }: { readonly step: string; readonly map: NonNullable<Given['map']>; readonly names: readonly string[] },
): Promise<void> {
  const { tenant, definition } = run.start;
  for (let from = 0; from < names.length; from += NAMES_AT_ONCE) {
    const path = run.path(`${step}/map/names`) as StepPath;
    await run.enter(path);
    await run.call(path, `names of ${step}`, { timeoutMs: TIMEOUT_MS }).readItems({
      tenant,
      definition,
      step,
      ...map,
      from: 0,
      count: 0,
      named: names.slice(from, from + NAMES_AT_ONCE),
    });
  }
}
