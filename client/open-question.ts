import { type Answer, ANSWERS_TO, type QuestionKind } from '../domain/answer.ts';
import type { Json } from '../domain/canonical.ts';
import { type BlobRef, DEFAULT_TENANT, parseRunId, type Tenant } from '../domain/ids.ts';
import type { Finding } from '../domain/verdict.ts';
import type { RunRow } from '../gate/client-store.ts';
import type { ClientParts } from './client.ts';
import { runRow } from './run-row.ts';

/** A question of a run with everything that a person decides by. */
export interface ShownQuestion {
  readonly name: string;
  readonly question: QuestionKind;
  readonly sentence: string;
  readonly since: Date;
  readonly deadline: Date | undefined;
  /** The kinds of answer it takes. */
  readonly answers: readonly Answer['kind'][];
  readonly findings: readonly Finding[];
  /** What was worked from. */
  readonly source: Json | undefined;
  /** What was made and not accepted. */
  readonly artefact: Json | undefined;
  /** The call whose effect is not known; `undefined` for a correction. */
  readonly call: DoubtfulCall | undefined;
}

/** What was asked of whom, and what is known of it. */
export interface DoubtfulCall {
  readonly name: string;
  /** The system; empty for a tool that only computes. */
  readonly system: string;
  readonly arguments: Json;
  readonly sentence: string;
  readonly sentAt: Date | undefined;
}

/**
 * The question that a run asks, the oldest of several; `undefined` when it asks none.
 * @throws JobError `unknown-run`
 */
export async function openQuestion(
  parts: ClientParts,
  runId: string,
  options: { tenant?: Tenant },
): Promise<ShownQuestion | undefined> {
  const { tenant = DEFAULT_TENANT } = options;
  const row = await runRow(parts, tenant, parseRunId(runId));
  const { waitingFor } = row;
  if (waitingFor?.question === undefined) return undefined;
  const { name, question, sentence, since, deadline, source, artefact, findings = [] } = waitingFor;
  return {
    name,
    question,
    sentence,
    since: new Date(since),
    deadline: deadline === undefined ? undefined : new Date(deadline),
    answers: ANSWERS_TO[question],
    findings,
    source: await jsonOf(parts, tenant, source),
    artefact: await jsonOf(parts, tenant, artefact),
    call: question === 'unknown-effect' ? await callAt(parts, row, name) : undefined,
  };
}

async function callAt(parts: ClientParts, row: RunRow, stepPath: string): Promise<DoubtfulCall | undefined> {
  const ledger = await parts.store.runs.ledger(row.tenant, row.runId);
  const call = ledger.find((entry) => entry.stepPath === stepPath);
  if (call === undefined) return undefined;
  return {
    name: call.name,
    system: call.system,
    arguments: (await jsonOf(parts, row.tenant, call.argsRef)) ?? null,
    sentence: call.sentence ?? '',
    sentAt: call.sentAt,
  };
}

async function jsonOf(parts: ClientParts, tenant: Tenant, ref: BlobRef | undefined): Promise<Json | undefined> {
  if (ref === undefined) return undefined;
  const { bytes } = await parts.store.blobs.get(tenant, ref);
  return JSON.parse(new TextDecoder().decode(bytes)) as Json;
}
