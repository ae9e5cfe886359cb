import { callKeyOf } from '../../domain/digest.ts';
import type { RunId, StepPath, Tenant } from '../../domain/ids.ts';
import type { Entry } from './record.ts';

/** A run that was started: its name at the receiver, and its id. */
export interface StartedRun {
  readonly name: string;
  readonly runId: RunId;
  /** How many steps it has. */
  readonly steps: number;
}

/** What the receiver should have, and what it has. */
export interface Found {
  readonly expected: number;
  /** Expected effects that are there. */
  readonly completed: number;
  /** Expected effects that are not. */
  readonly lost: number;
  /** Effects beyond the first of one step of one run, whatever their keys. */
  readonly duplicates: number;
  /** Effects under keys that no step has. */
  readonly foreign: number;
  /** Requests whose key was known: sent again, and not acted on again. */
  readonly repeats: number;
}

/** Compares the receiver's record with what the runs are made of; the keys are computed here and not by the engine. */
export function findEffects(
  record: readonly Entry[],
  { tenant, runs }: { tenant: Tenant; runs: readonly StartedRun[] },
): Found {
  const effects = record.filter(({ kind }) => kind === 'effect');
  const keys = new Set(effects.map(({ key }) => key));
  const expected = new Set(
    runs.flatMap(({ runId, steps }) =>
      paths(steps).map((stepPath) => callKeyOf({ tenant, runId, stepPath }) as string),
    ),
  );
  const there = [...expected].filter((key) => keys.has(key)).length;
  const distinct = new Set(effects.map(({ run, step }) => `${run} ${step}`));
  return {
    expected: expected.size,
    completed: there,
    lost: expected.size - there,
    duplicates: effects.length - distinct.size,
    foreign: [...keys].filter((key) => !expected.has(key)).length,
    repeats: record.filter(({ kind }) => kind === 'repeat').length,
  };
}

function paths(steps: number): readonly StepPath[] {
  return Array.from({ length: steps }, (_, index) => (index === 0 ? 'stamp' : `stamp#${index + 1}`) as StepPath);
}
