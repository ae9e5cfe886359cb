import { condition, patched } from '@temporalio/workflow';
import type { QuestionShown } from '../domain/answer.ts';
import type { JobErrorCode } from '../domain/errors.ts';
import { failRun } from './fail-run.ts';
import type { AnswerInput } from './messages.ts';
import { reminding } from './reminding.ts';
import type { RunState } from './run-state.ts';

/** One question to a person. */
export interface Question {
  /** Names the question within the run: the path of the step that cannot go on. */
  readonly name: string;
  readonly shown: QuestionShown;
  /** One sentence: what is to be decided, and why nobody else can. */
  readonly sentence: string;
  /** The code that the run ends with when nobody answers in time. */
  readonly otherwise: JobErrorCode;
}

// Open parts of versions that told their run first go on so: what is told is a command of their histories.
const CLOSED_FIRST = 'question-closed-first';
const DEFAULT_WITHIN_MS = 7 * 24 * 60 * 60 * 1_000;

/** Asks a person and waits durably for the answer; ends the run when none comes within the time that the job allows. */
export async function askPerson(run: RunState, question: Question): Promise<AnswerInput> {
  const { name, shown, sentence, otherwise } = question;
  const { withinMs = DEFAULT_WITHIN_MS, remindEveryMs } = run.start.skeleton.questions ?? {};
  const since = Date.now();
  // A fork has it at once where its first run had one, and so has a part that begins again what it was given for.
  const isCorrection = shown.question === 'correction';
  const recorded = isCorrection ? run.firstRun?.answerTo(name) : undefined;
  const before = recorded ?? (isCorrection ? run.questions.given.correctionOf(name) : undefined);
  const answered = run.questions.ask(name, shown.question, before);
  const deadline = since + withinMs;
  const waitingFor = { kind: 'answer', name, since, deadline, sentence, ...shown } as const;
  if (answered() === undefined) {
    await run.wait(
      waitingFor,
      (remind) =>
        reminding({ remind, mayRemind: () => run.hasRoom, everyMs: remindEveryMs, deadline }, (ms) =>
          condition(() => answered() !== undefined, ms),
        ),
      () => {
        // A run that never hears that its part asks no more takes no answer when the part asks the same again.
        if (!run.isPart || patched(CLOSED_FIRST)) run.questions.forget(name);
      },
    );
  }
  const answer = answered();
  run.questions.forget(name);
  if (answer === undefined) return failRun(otherwise, `Nobody answered within ${days(withinMs)}: ${sentence}`);
  // Each execution of a part knows the first run's by itself.
  if (recorded === undefined) run.questions.given.took(answer);
  run.lastOutcome = `answer ${answer.answer.kind}`;
  // A pause that came meanwhile holds here, as before any step.
  await run.enter(name);
  return answer;
}

function days(ms: number): string {
  const hours = ms / 3_600_000;
  if (hours >= 48) return `${Math.round(hours / 24)} days`;
  return hours >= 2 ? `${Math.round(hours)} hours` : `${Math.round(ms / 1_000)} seconds`;
}
