import type { Tenant } from '../../client/index.ts';
import { type Case, needsPerson } from './case.ts';
import { type Catch, catchOf } from './catch-of.ts';
import { isBooked } from './deliver.ts';
import { type InjectedError, readModelErrors } from './model-errors.ts';
import { type ModelCall, readModelCalls } from './transcripts.ts';

/** An injected error with the document it was made for and how it was caught. */
export interface JudgedError extends InjectedError {
  readonly document: string;
  /** `undefined` when it was not caught. */
  readonly caught: Catch | undefined;
}

/** Where errors, calls and transcripts are. */
export interface ErrorSources {
  readonly model: string;
  readonly databaseUrl: string;
  readonly tenant: Tenant;
}

const NO_CALLS: ReadonlyMap<string, ModelCall> = new Map();

/** Every error that the simulated model made in the runs of the cases, held against what answered it. */
export async function judgeErrors(
  cases: readonly Case[],
  asExpected: ReadonlySet<string>,
  { model, databaseUrl, tenant }: ErrorSources,
): Promise<readonly JudgedError[]> {
  const errors = await readModelErrors(model);
  const keys = errors.map(({ key }) => key);
  const calls = keys.length === 0 ? NO_CALLS : await readModelCalls(databaseUrl, tenant, keys);
  return errors.flatMap((error) => {
    const call = calls.get(error.key);
    const one = cases.find(({ outcome }) => outcome.kind !== 'left-out' && outcome.runId === call?.runId);
    if (call === undefined || one === undefined) return [];
    const { document, outcome } = one;
    const run = {
      neededPerson: needsPerson(outcome),
      booked: isBooked(outcome),
      asExpected: asExpected.has(document.id),
    };
    return [{ ...error, document: document.id, caught: catchOf(call, run) }];
  });
}

/** What is told of the errors: how many were caught in which way, and each that was not. */
export function errorLines(errors: readonly JudgedError[]): readonly string[] {
  if (errors.length === 0) return [];
  const kinds = countsOf(errors.map(({ kind }) => kind));
  const ways = countsOf(errors.map(({ caught }) => caught ?? 'NOT CAUGHT'));
  const missed = errors
    .filter(({ caught }) => caught === undefined)
    .map(({ document, kind, what }) => `not caught in ${document}: ${kind}: ${what}`);
  return [`model errors by kind: ${kinds}`, `model errors by what caught them: ${ways}`, ...missed];
}

function countsOf(names: readonly string[]): string {
  const groups = [...Map.groupBy(names, (name) => name)];
  return groups
    .map(([name, all]) => `${name} ${all.length}`)
    .toSorted()
    .join(', ');
}
