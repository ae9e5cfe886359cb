import { CancellationScope, patched } from '@temporalio/workflow';
import type { Outcome } from '../domain/outcome.ts';
import type { StepPath } from '../domain/ids.ts';
import { askPerson } from './ask-person.ts';
import { available, type Available, type Stopwatch } from './committed.ts';
import { failRun } from './fail-run.ts';
import type { RunState } from './run-state.ts';

const SETTLE_TIMEOUT_MS = 30_000;
// Open runs of versions that performed it at once go on so.
const REPEAT_ENTERS = 'repeat-enters';

/** A tool call whose effect is not known. */
export interface DoubtfulCall<Value> {
  readonly name: StepPath;
  /** The tool's name in the manifest, or in its agent. */
  readonly tool: string;
  /** Absent for a tool that the workflow calls itself. */
  readonly agent?: string;
  readonly held?: Stopwatch;
  readonly outcome: Extract<Outcome<Value>, { kind: 'unknown' }>;
}

/** What is known once a person has looked. */
export type Settled<Value> = Exclude<Available<Value>, { kind: 'unknown' }>;

/**
 * Asks a person whether an effect took place, has the ledger say so, and performs the call again: it answers what was settled, or
 * is sent once more where the person found that nothing had happened. Ends the run when that is what the person decides.
 */
export async function settleUnknown<Value>(
  run: RunState,
  call: DoubtfulCall<Value>,
  perform: (answers: number) => Promise<Outcome<Value>>,
): Promise<Settled<Value>> {
  const { name, tool, agent, held } = call;
  const heldUp = <Held>(hold: () => Promise<Held>): Promise<Held> => (held === undefined ? hold() : held.during(hold));
  let { sentence } = call.outcome;
  for (let answers = run.questions.given.timesSettled(name) + 1; ; answers += 1) {
    run.lastOutcome = 'unknown';
    // Whoever cancelled waits for the end of the run, not for a question; so does what ended it beside this call.
    if (run.ending || CancellationScope.current().consideredCancelled) return failRun('unknown', sentence);
    const asked = {
      name,
      shown: { question: 'unknown-effect', findings: [] },
      sentence,
      otherwise: 'unknown',
    } as const;
    const { answer, id, actor, evidence } = await heldUp(() => askPerson(run, asked));
    const { tenant, definition } = run.start;
    const input = {
      tenant,
      definition,
      step: name,
      tool,
      ...(agent === undefined ? {} : { agent }),
      decision: id,
      answer,
    };
    const settled = await run
      .call(run.path(`${name}/answer`), `answer for ${tool}`, { timeoutMs: SETTLE_TIMEOUT_MS })
      .settleUnknown({ ...input, sentence: `${actor}: ${evidence}` });
    if (settled.kind === 'refused') {
      ({ sentence } = settled);
      continue;
    }
    if (answer.kind === 'did-not-happen' && answer.next === 'end')
      return failRun('rejected', `${actor} found that ${tool} had not taken place, and ended the run: ${evidence}`);
    run.questions.given.settled(name, answers);
    // Meanwhile the run may have been paused, or ended by what is beside this call. Asked for last: an answer of it stands in the history.
    if ((run.paused || run.ending) && patched(REPEAT_ENTERS)) await heldUp(async () => run.enter(name));
    const outcome = await available(run, { name, ...(held === undefined ? {} : { held }) }, () => perform(answers));
    if (outcome.kind !== 'unknown') return outcome;
    ({ sentence } = outcome);
  }
}
