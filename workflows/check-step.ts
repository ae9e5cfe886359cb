import { assertNever } from '../domain/assert-never.ts';
import type { StepPath } from '../domain/ids.ts';
import type { CheckSkeleton } from '../domain/skeleton.ts';
import { type BoundRef, isRef, makeRef, stepInput } from './bound-ref.ts';
import { available } from './committed.ts';
import { failRun } from './fail-run.ts';
import { endByFindings } from './judged.ts';
import type { RunState } from './run-state.ts';

/** Judges a value and gives it back, or ends the run by what is wrong with it. */
export async function runCheck(
  run: RunState,
  check: { readonly name: string; readonly step: CheckSkeleton; readonly path: StepPath },
  value: unknown,
): Promise<BoundRef> {
  const { name, step, path } = check;
  await run.enter(path);
  const { tenant, definition } = run.start;
  const input = stepInput(name, value);
  const outcome = await available(run, { name: path }, () =>
    run.call(path, `check ${name}`, step).judge({ tenant, definition, check: name, input }),
  );
  if (outcome.kind !== 'committed') return failRun('unverified', outcome.sentence);
  const judgement = outcome.value;
  run.lastOutcome = judgement.kind;
  switch (judgement.kind) {
    case 'pass':
      return isRef(value) ? value : makeRef({ ref: judgement.input, facts: {} });
    case 'fail':
      return endByFindings(judgement.findings);
    case 'abstain':
      return failRun('unverified', judgement.sentence);
    default:
      return assertNever(judgement);
  }
}
