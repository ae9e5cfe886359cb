import { randomUUID } from 'node:crypto';
import type { Answer } from '../domain/answer.ts';
import { canonicalJson, type Json } from '../domain/canonical.ts';
import { JobError } from '../domain/errors.ts';
import { type BlobRef, DEFAULT_TENANT, parseRunId, type Tenant } from '../domain/ids.ts';
import type { RunStatus } from '../domain/run-view.ts';
import type { RunRow } from '../gate/client-store.ts';
import type { Agent } from '../jobs/agent.ts';
import { parseAs } from '../jobs/parse-as.ts';
import { toolsOf } from '../jobs/registry.ts';
import type { Tool } from '../jobs/tool.ts';
import { type AnswerInput, answerUpdate } from '../workflows/messages.ts';
import type { ClientParts } from './client.ts';
import { decide, UPDATE_TIMEOUT_MS } from './decide.ts';
import { answerLeftover, isLeftOver } from './answer-leftover.ts';
import { runRow } from './run-row.ts';

/** What a person answers, with outputs as values. */
export type GivenAnswer =
  /** The effect took place; `output` is what the receiver answered, needed where that is not known. */
  | { readonly kind: 'happened'; readonly output?: Json }
  /** It did not: send it again under the same key, or end the run. */
  | { readonly kind: 'did-not-happen'; readonly next: 'repeat' | 'end' }
  /** What the agent's output should have been; it is verified before it counts. */
  | { readonly kind: 'corrected'; readonly output: Json }
  /** What was worked from is not to be taken further. */
  | { readonly kind: 'rejected' };

/** A person's answer to a question of a run. */
export interface AnswerOptions {
  /** The question's name, as the run's view shows it; default the one that is open. */
  readonly question?: string;
  readonly answer: GivenAnswer;
  /** Recorded with the answer; not yet authenticated. */
  readonly actor: string;
  /** What the answer rests on, in a sentence of at most 500 characters; recorded with what it settles. */
  readonly evidence: string;
  /** A second delivery under the same id is the same answer; default a new id. */
  readonly id?: string;
  /** Default `default`. */
  readonly tenant?: Tenant;
}

interface Asked {
  readonly question: string;
  readonly given: GivenAnswer;
}

const MAX_EVIDENCE = 500;
const FORMS = [
  '{ kind: "happened", output? }',
  '{ kind: "did-not-happen", next: "repeat" or "end" }',
  '{ kind: "corrected", output }',
  '{ kind: "rejected" }',
];

/**
 * Answers the question of a run. It is stored before it is delivered. Of a call that an ended run or a plain Workflow left in doubt,
 * whose step the question names, the next sweep brings the answer to the ledger.
 * @throws JobError `invalid-input` for an answer that does not fit the question or the schema, `run-ended`, `unknown-run`
 */
export async function answerQuestion(parts: ClientParts, runId: string, options: AnswerOptions): Promise<RunStatus> {
  const { actor, evidence, answer: given, id = randomUUID(), tenant = DEFAULT_TENANT } = options;
  if (!isEvidence(evidence))
    throw new JobError('invalid-input', `An answer needs its evidence, in 1 to ${MAX_EVIDENCE} characters of text.`);
  if (!isGiven(given))
    throw new JobError('invalid-input', `An answer is one of ${FORMS.join(', ')}; give one of them.`);
  const row = await runRow(parts, tenant, parseRunId(runId));
  if (await isLeftOver(parts, row, options.question)) return answerLeftover(parts, row, { ...options, id, tenant });
  const question = options.question ?? openName(row);
  const answer = await storedAnswer(parts, row, { question, given });
  const decision = { tenant, runId: row.runId, decisionId: id, name: question, actor, payload: { evidence, answer } };
  let status: RunStatus = 'running';
  await decide(parts, { ...decision, kind: 'answer' }, async (who) => {
    const input: AnswerInput = { question, id, actor: who, evidence, answer };
    const handle = parts.workflows.workflow.getHandle(row.runId);
    const taken = await parts.workflows.withDeadline(Date.now() + UPDATE_TIMEOUT_MS, () =>
      handle.executeUpdate(answerUpdate, { args: [input], updateId: id }),
    );
    status = taken.status as RunStatus;
  });
  return status;
}

// Callers without types, such as a form that people fill in, may give anything.
function isEvidence(evidence: unknown): boolean {
  if (typeof evidence !== 'string' || evidence.trim() === '' || evidence.length > MAX_EVIDENCE) return false;
  return evidence.isWellFormed() && !evidence.includes('\0');
}

function isGiven(given: unknown): boolean {
  if (typeof given !== 'object' || given === null || !('kind' in given)) return false;
  const { kind } = given;
  if (kind === 'did-not-happen') return 'next' in given && (given.next === 'repeat' || given.next === 'end');
  if (kind === 'corrected') return 'output' in given && given.output !== undefined;
  return kind === 'happened' || kind === 'rejected';
}

function openName({ waitingFor, runId, closedAt }: RunRow): string {
  // Of a run that has ended, its end is what is to be said.
  if (waitingFor?.question !== undefined || closedAt !== undefined) return waitingFor?.name ?? '';
  throw new JobError('invalid-input', `The run ${runId} asks nothing; its view shows what it waits for.`);
}

async function storedAnswer(parts: ClientParts, row: RunRow, asked: Asked): Promise<Answer> {
  const { given } = asked;
  if (given.kind === 'happened' && given.output === undefined) return { kind: 'happened' };
  if (given.kind !== 'happened' && given.kind !== 'corrected') return given;
  const { output = null } = given;
  const schema = given.kind === 'happened' ? await toolOutput(parts, row, asked) : agentOutput(parts, row, asked);
  parseAs({ code: 'invalid-input', schema, subject: `The output given for "${asked.question}"` }, output);
  return { kind: given.kind, output: await put(parts, row.tenant, output) };
}

async function put(parts: ClientParts, tenant: Tenant, output: Json): Promise<BlobRef> {
  const bytes = new TextEncoder().encode(canonicalJson(output));
  return parts.store.blobs.put(tenant, { mediaType: 'application/json', bytes });
}

async function toolOutput(parts: ClientParts, row: RunRow, { question }: Asked): Promise<Tool['output']> {
  const ledger = await parts.store.runs.ledger(row.tenant, row.runId);
  const call = ledger.find((entry) => entry.stepPath === question);
  const tool = toolsOf(parts.registry.job(row.job)).find(({ name }) => name === call?.name);
  if (tool !== undefined) return tool.output;
  throw new JobError('invalid-input', `The run ${row.runId} has no call "${question}" whose effect could be in doubt.`);
}

// A step path begins with the name that the manifest gives the step.
function agentOutput(parts: ClientParts, row: RunRow, { question }: Asked): Agent['output'] {
  const [name = ''] = question.split(/[:#/]/);
  const agent = parts.registry.job(row.job).agents[name];
  if (agent !== undefined) return agent.output;
  throw new JobError('invalid-input', `The job "${row.job}" has no agent "${name}" whose output could be corrected.`);
}
