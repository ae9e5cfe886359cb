import { assertNever } from '../domain/assert-never.ts';
import type { JobErrorCode } from '../domain/errors.ts';
import type { BlobRef } from '../domain/ids.ts';
import type { Finding } from '../domain/verdict.ts';
import type { Judgement, StepResult } from '../activities/types.ts';
import { askPerson } from './ask-person.ts';
import type { Stopwatch } from './committed.ts';
import { failRun } from './fail-run.ts';
import { decidingSentence, endByFindings } from './judged.ts';
import type { RunState } from './run-state.ts';

/** What no endpoint of an agent got right. */
export interface Uncorrected {
  /** The agent's step path, by which the question is named. */
  readonly path: string;
  readonly agent: string;
  readonly source?: BlobRef;
  /** Absent when the model made nothing. */
  readonly artefact?: BlobRef;
  readonly findings: readonly Finding[];
  /** What the model said instead of an output, where there are no findings. */
  readonly sentence?: string;
  /** The code that the run ends with when nobody answers. */
  readonly otherwise: JobErrorCode;
  /** Time that the person takes is none of the agent's. */
  readonly held: Stopwatch;
}

/** The last rung of the ladder: a person corrects the output, which is verified like any other, or rejects what it was made from. */
export async function correctByPerson(
  run: RunState,
  uncorrected: Uncorrected,
  verify: (output: BlobRef) => Promise<Judgement>,
): Promise<StepResult> {
  const { path, agent, otherwise, held, source } = uncorrected;
  let { artefact, findings } = uncorrected;
  for (;;) {
    const why = findings.length === 0 ? (uncorrected.sentence ?? 'there is no output') : decidingSentence(findings);
    const asked = {
      name: path,
      shown: {
        question: 'correction',
        findings,
        ...(source === undefined ? {} : { source }),
        ...(artefact === undefined ? {} : { artefact }),
      },
      sentence: `A person must correct what "${agent}" made, or reject what it was made from: ${why}`,
      otherwise,
    } as const;
    const { answer, actor, evidence } = await held.during(() => askPerson(run, asked));
    if (answer.kind !== 'corrected') return failRun('rejected', `${actor} rejected it (${evidence}): ${why}`);
    const judgement = await verify(answer.output);
    switch (judgement.kind) {
      case 'pass':
        return { ref: answer.output, facts: judgement.facts ?? {} };
      case 'abstain':
        return failRun('unverified', judgement.sentence);
      case 'fail':
        if (judgement.findings.every((finding) => finding.of === 'source')) return endByFindings(judgement.findings);
        artefact = answer.output;
        ({ findings } = judgement);
        break;
      default:
        return assertNever(judgement);
    }
  }
}
