import { cancellationSignal, Context } from '@temporalio/activity';
import { TemporalFailure } from '@temporalio/common';
import { canonicalJson } from '../domain/canonical.ts';
import { cut } from '../domain/cut.ts';
import { JobError, sentenceOf } from '../domain/errors.ts';
import { checkFacts, type Facts } from '../domain/facts.ts';
import type { BlobRef, StepPath } from '../domain/ids.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { Finding, Verdict } from '../domain/verdict.ts';
import type { Agent } from '../jobs/agent.ts';
import { issuesOf, parseAs } from '../jobs/parse-as.ts';
import type { Readers, Tools } from '../jobs/verifier.ts';
import { agentOf, callSite, type CallSite, readJson, resolveInput, sameTool } from './call-site.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { heldCall } from './held-call.ts';
import { aliasOf } from './named-tools.ts';
import { useTool } from './tool-call.ts';
import { storable } from './transcript.ts';
import { translateErrors } from './translate-errors.ts';
import type { Activities, JudgeInput, Judgement } from './types.ts';

// What goes to history and back to the model stays small.
const MAX_FINDINGS = 10;
const MAX_FINDINGS_BYTES = 6_000;
const MAX_NAME = 100;
const MAX_SENTENCE = 400;
// A verifier that fails by itself is tried again before it counts as one that abstains.
const MAX_ATTEMPTS = 3;

/** Carries an outcome of a reading call out of a verifier that only knows values. */
class ReadStopped extends Error {
  readonly outcome: Exclude<Outcome<never>, { kind: 'committed' }>;
  constructor(outcome: Exclude<Outcome<never>, { kind: 'committed' }>) {
    super(outcome.sentence);
    this.outcome = outcome;
  }
}

interface Judging {
  readonly dependencies: ActivityDependencies;
  readonly site: CallSite;
}

type AgentJudgeInput = Extract<JudgeInput, { agent: string }>;

/** Verifies an agent's output, or runs a check. All verifiers judge; findings go into the transcript at once. */
export function createJudge(dependencies: ActivityDependencies): Activities['judge'] {
  return translateErrors((input) =>
    heldCall(async () => {
      const judging = { dependencies, site: await callSite(dependencies, input) };
      try {
        const value = 'check' in input ? await judgeCheck(judging, input) : await judgeOutput(judging, input);
        return { kind: 'committed', value };
      } catch (error) {
        if (error instanceof ReadStopped) return error.outcome;
        throw error;
      }
    }),
  );
}

async function judgeCheck(judging: Judging, input: Extract<JudgeInput, { check: string }>): Promise<Judgement> {
  const { dependencies, site } = judging;
  const check = site.job.checks[input.check];
  if (check === undefined || check.version !== site.pinned.checks[input.check]) {
    throw new JobError(
      'definition-changed',
      `The run was started with a check "${input.check}" that this worker does not have; it goes on by itself once a worker has it again as in version ${site.pinned.version} of "${site.job.name}".`,
    );
  }
  const given = await resolveInput(dependencies, site.tenant, input.input);
  const value = parseAs(
    { code: 'invalid-input', schema: check.input, subject: `What the check "${input.check}" was given` },
    given.value,
  );
  const verdict = await verdictOf(input.check, () =>
    check.judge(value, readersOf(judging, site.stepPath, check.tools)),
  );
  return judgementOf([verdict], given.ref);
}

async function judgeOutput(judging: Judging, input: AgentJudgeInput): Promise<Judgement> {
  const { dependencies, site } = judging;
  const agent = agentOf(site, input.agent);
  const given = await resolveInput(dependencies, site.tenant, input.input);
  const output = await readJson(dependencies, site.tenant, input.output);
  const made = input.told === undefined ? madeByPerson(agent, output) : undefined;
  if (made?.findings !== undefined) return { kind: 'fail', findings: made.findings };
  // None is left behind at its reading when another one fails.
  const settled = await Promise.allSettled(
    agent.verify.map(async (verifier) => {
      const subject = {
        input: parseAs(
          { code: 'invalid-input', schema: verifier.input, subject: `What "${verifier.name}" was given` },
          given.value,
        ),
        output: parseAs(
          { code: 'invalid-input', schema: verifier.output, subject: `What "${verifier.name}" was to judge` },
          output,
        ),
      };
      const readers = readersOf(judging, `${site.stepPath}/${verifier.name}`, verifier.tools);
      return verdictOf(verifier.name, () => verifier.judge(subject, readers));
    }),
  );
  const judgement = judgementOf(settled.map(valueOf), given.ref);
  if (judgement.kind === 'fail' && input.told !== undefined)
    await tellModel(judging, { ...input, told: input.told }, judgement.findings);
  return judgement.kind === 'pass' && made !== undefined ? { ...judgement, facts: made.facts } : judgement;
}

// A model's output was held against the schema when it was handed in.
function madeByPerson(
  agent: Agent,
  output: unknown,
): { facts: Facts; findings?: never } | { findings: readonly Finding[]; facts?: never } {
  const parsed = agent.output.safeParse(output);
  if (!parsed.success) {
    const sentence = `The output does not fit: ${issuesOf(parsed.error)}.`;
    return { findings: bounded([{ of: 'output', rule: 'output-schema', sentence }]) };
  }
  return { facts: agent.resultFacts === undefined ? {} : checkFacts('the agent', agent.resultFacts(parsed.data)) };
}

async function verdictOf(name: string, judge: () => Promise<Verdict>): Promise<Verdict> {
  try {
    return await judge();
  } catch (error) {
    const known = error instanceof JobError || error instanceof ReadStopped || error instanceof TemporalFailure;
    const { info, cancellationSignal: signal } = Context.current();
    if (known || signal.aborted || info.attempt < MAX_ATTEMPTS) throw error;
    return { kind: 'abstain', why: `"${name}" failed: ${sentenceOf(error)}` };
  }
}

function valueOf<Value>(result: PromiseSettledResult<Value>): Value {
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}

async function tellModel(
  judging: Judging,
  input: AgentJudgeInput & { told: NonNullable<AgentJudgeInput['told']> },
  findings: readonly Finding[],
): Promise<void> {
  const content = canonicalJson({ accepted: false, findings });
  const { at, id } = input.told;
  const messages = storable(input.path, at, [{ role: 'tool', id, content }]);
  await judging.dependencies.gate.transcripts.append({ ...judging.site, messages });
}

function judgementOf(verdicts: readonly Verdict[], input: BlobRef): Judgement {
  const findings = verdicts.flatMap((verdict) => (verdict.kind === 'fail' ? verdict.findings : []));
  if (findings.length > 0) return { kind: 'fail', findings: bounded(findings) };
  const abstained = verdicts.find((verdict) => verdict.kind === 'abstain');
  return abstained === undefined
    ? { kind: 'pass', input }
    : { kind: 'abstain', sentence: `A verifier could not judge: ${cut(abstained.why, MAX_SENTENCE)}` };
}

function bounded(findings: readonly Finding[]): readonly Finding[] {
  const kept: Finding[] = [];
  let bytes = 0;
  for (const finding of findings.slice(0, MAX_FINDINGS).map(shortened)) {
    bytes += Buffer.byteLength(JSON.stringify(finding));
    if (bytes <= MAX_FINDINGS_BYTES) kept.push(finding);
  }
  return kept;
}

function shortened(finding: Finding): Finding {
  const { of, rule, sentence, field } = finding;
  const short = { of, rule: cut(rule, MAX_NAME), sentence: cut(sentence, MAX_SENTENCE) };
  return field === undefined ? short : { ...short, field: cut(field, MAX_NAME) };
}

// Each reading call passes the gate under a path of its own, so that it is recorded and answered again after a crash.
function readersOf(judging: Judging, path: string, tools: Tools): Readers<Tools> {
  const counts = new Map<string, number>();
  return Object.fromEntries(
    Object.entries(tools).map(([name, tool]) => {
      const reader = async (input: unknown): Promise<unknown> => {
        const count = (counts.get(tool.name) ?? 0) + 1;
        counts.set(tool.name, count);
        const stepPath = `${path}/${aliasOf(tools, tool)}${count === 1 ? '' : `#${count}`}` as StepPath;
        return read(judging, { name, stepPath, input });
      };
      return [name, reader];
    }),
  );

  async function read(
    { dependencies, site }: Judging,
    call: { name: string; stepPath: StepPath; input: unknown },
  ): Promise<unknown> {
    const tool = sameTool(site, tools[call.name], call.name);
    const input = parseAs(
      { code: 'invalid-job', schema: tool.input, subject: `What a verifier asked of "${tool.name}"` },
      call.input,
    );
    const outcome = await useTool(dependencies, site, {
      tool,
      stepPath: call.stepPath,
      input,
      signal: cancellationSignal(),
    });
    if (outcome.kind !== 'committed') throw new ReadStopped(outcome);
    if (outcome.value.kind === 'unreadable') throw new JobError('invalid-response', outcome.value.sentence);
    return readJson(dependencies, site.tenant, outcome.value.ref);
  }
}
