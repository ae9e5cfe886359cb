import { randomUUID } from 'node:crypto';
import { WorkflowNotFoundError } from '@temporalio/client';
import { canonicalJson } from '../domain/canonical.ts';
import { digestOf, digestOfJson, forkIdOf, refOf } from '../domain/digest.ts';
import { JobError, sentenceOf } from '../domain/errors.ts';
import type { ForkEdits } from '../domain/fork.ts';
import { DEFAULT_TENANT, parseRunId, type RunId, type Tenant } from '../domain/ids.ts';
import type { RunStatus } from '../domain/run-view.ts';
import type { EarlierEffect, ForkRow, RunRecord, RunRow } from '../gate/client-store.ts';
import { pinDefinition } from '../jobs/definition.ts';
import type { Job } from '../jobs/job.ts';
import { parseAs } from '../jobs/parse-as.ts';
import { deliverSignal } from '../workflows/messages.ts';
import type { ClientParts } from './client.ts';
import { UPDATE_TIMEOUT_MS } from './decide.ts';
import { editedOutputs, type EditedOutput, type ForkEdit } from './edit-fork.ts';
import { resumedStart } from './enter-run.ts';
import { checkEffects } from './fork-effects.ts';
import { type ForkPlan, planFork } from './plan-fork.ts';
import { runRow } from './run-row.ts';
import { startWorkflow } from './start-run.ts';

/** How a run is forked. */
export interface ForkOptions {
  /**
   * The first step that is done anew, by its step path; `wait/NAME` and `sleep/NAME` are where the run waited for a signal or a
   * moment. Default: none, all that is recorded is kept and the fork goes on where the record ends.
   */
  readonly from?: string;
  readonly edit?: ForkEdit;
  /** A repeated request under the same id finds the same fork; default a new one. */
  readonly id?: string;
  /** Who forks; recorded with the fork and with what is edited. */
  readonly actor: string;
  /** Fork a run that is still open; default false. */
  readonly ofOpen?: boolean;
  /** Start although another run holds identities that the fork may ask for; such a step ends as a conflict. Default false. */
  readonly despiteCollisions?: boolean;
  /** Start although effects without an identity may be made a second time. Default false. */
  readonly repeatEffects?: boolean;
  /** Default `default`. */
  readonly tenant?: Tenant;
}

/** A fork that was started, now or before. */
export interface ForkedRun {
  readonly runId: RunId;
  readonly tenant: Tenant;
  readonly source: RunId;
  /** '' when all that is recorded was kept. */
  readonly from: string;
  /** Whether this request had made the fork before. */
  readonly existing: boolean;
  readonly status: RunStatus | 'starting';
  /** How many calls the first run's record answers. */
  readonly copied: number;
  /** Step paths of calls that were under way, or given up, when the step began, and are made again; empty of one made before. */
  readonly again: readonly string[];
  /** Effects of earlier runs that may be in the way, or be repeated; empty of one made before. */
  readonly effects: readonly EarlierEffect[];
}

interface Forking extends ForkOptions {
  readonly tenant: Tenant;
  readonly source: RunRow;
  readonly job: Job;
  readonly runId: RunId;
  readonly step: string;
  readonly id: string;
}

const READINGS = 5;
const MAX_ID = 500;

/**
 * Starts a new run of the same job on the code of today, whose steps before `from` are answered from the record of this run. The
 * run must have ended, unless `ofOpen`: what it still does would come after the look at what is in the way.
 * @throws JobError `unknown-run`, `unknown-job`, `invalid-input` for a step that is not recorded or an edit that does not fit,
 * `conflict` for an open run, for effects that would collide or be repeated, and for an id that was used otherwise
 */
export async function forkRun(parts: ClientParts, runId: string, options: ForkOptions): Promise<ForkedRun> {
  const { tenant = DEFAULT_TENANT, id = randomUUID(), from: step = '' } = options;
  if (id.length < 1 || id.length > MAX_ID)
    throw new JobError('invalid-input', `The id of a request has 1 to ${MAX_ID} characters, not ${id.length}.`);
  const source = await runRow(parts, tenant, parseRunId(runId));
  const job = parts.registry.job(source.job);
  const forkId = forkIdOf({ tenant, source: source.runId, request: id });
  const forking = { ...options, tenant, source, job, runId: forkId, step, id };
  const made = await forkMade(parts, forking);
  const { again, effects } = made === undefined ? await enter(parts, forking) : { again: [], effects: [] };
  const fork = made ?? (await forkMade(parts, forking));
  if (fork === undefined) throw new JobError('internal', `The fork ${forkId} was entered and cannot be found.`);
  const row = await runRow(parts, tenant, forkId);
  if (row.status === 'starting') {
    await startWorkflow(parts, { job, tenant, runId: forkId, start: await resumedStart(parts, tenant, row) });
    // One whose earlier start was cut or failed sheds what that left.
    if (made !== undefined) await parts.store.runs.markStarted(tenant, forkId);
  }
  await deliverCopied(parts, row);
  return {
    runId: forkId,
    tenant,
    source: source.runId,
    from: step,
    existing: made !== undefined,
    status: row.status,
    copied: fork.copied,
    again,
    effects,
  };
}

// A request that was cut in between is ended by the next one under its id.
async function forkMade(parts: ClientParts, forking: Forking): Promise<ForkRow | undefined> {
  const { tenant, runId, source, id } = forking;
  const fork = (await parts.store.forks.of(tenant, runId)).find((candidate) => candidate.runId === runId);
  if (fork === undefined || fork.request === requestOf(forking)) return fork;
  throw new JobError(
    'conflict',
    `The id "${id}" was used before for another fork of ${source.runId}; give the new one an id of its own.`,
  );
}

function requestOf({ step, edit }: Pick<Forking, 'step' | 'edit'>): ReturnType<typeof digestOfJson> {
  return digestOfJson({ step, ...(edit === undefined ? {} : { edit: { ...edit } }) });
}

async function enter(
  parts: ClientParts,
  forking: Forking,
): Promise<{ readonly again: readonly string[]; readonly effects: readonly EarlierEffect[] }> {
  const { source, ofOpen = false, job, tenant, edit } = forking;
  if (source.closedAt === undefined && !ofOpen) {
    throw new JobError(
      'conflict',
      `The run ${source.runId} is still open (${source.status}) and may yet do what the fork would do; fork it once it has ended, or say that an open run is meant (--of-open).`,
    );
  }
  const input = await inputOf(parts, forking);
  for (let reading = 1; reading <= READINGS; reading += 1) {
    const record = await recordOf(parts, forking);
    const outputs = editedOutputs(job, record, edit?.steps);
    const plan = planFork(record, { calls: outputs, input: edit?.input !== undefined });
    const copied = plan.calls.map(({ to }) => to);
    const effects = await parts.store.forks.collisions(tenant, source.runId, copied);
    checkEffects(effects, forking);
    for (const { bytes } of outputs) await parts.store.blobs.put(tenant, { mediaType: 'application/json', bytes });
    const entered = await parts.store.forks.enter(newFork(forking, { plan, outputs, input }));
    if (entered !== 'changed') return { again: plan.again, effects };
  }
  throw new JobError('unavailable', `What ${source.runId} has done is changing while it is read; fork it again.`);
}

async function recordOf({ store }: ClientParts, { tenant, source, step }: Forking): Promise<RunRecord> {
  const record = await store.forks.record(tenant, source.runId, step);
  if (record !== undefined) return record;
  const ledger = await store.runs.ledger(tenant, source.runId);
  const known = [...new Set(ledger.map(({ stepPath }) => stepPath.split('/')[0]))].join(', ') || 'none';
  throw new JobError(
    'invalid-input',
    `The record of ${source.runId} has no step "${step}"; it has: ${known}, and what lies below them (\`holdfast show ${source.runId} --timeline\`).`,
  );
}

// What was parsed before is not parsed into something else: a default that is new would change what recorded steps were given.
async function inputOf(
  { store }: ClientParts,
  { source, job, edit }: Pick<Forking, 'source' | 'job' | 'edit'>,
): Promise<Uint8Array> {
  const { bytes } = await store.blobs.get(source.tenant, source.inputRef);
  const isEdited = edit?.input !== undefined;
  const given: unknown = isEdited ? edit.input : JSON.parse(new TextDecoder().decode(bytes));
  const subject = isEdited ? `The input given for "${job.name}"` : `The input of ${source.runId}`;
  const input = parseAs({ code: 'invalid-input', schema: job.input, subject }, given);
  return isEdited ? encoded(input) : bytes;
}

function newFork(
  forking: Forking,
  made: { readonly plan: ForkPlan; readonly outputs: readonly EditedOutput[]; readonly input: Uint8Array },
): Parameters<ClientParts['store']['forks']['enter']>[0] {
  const { tenant, runId, job, source, step, edit, actor } = forking;
  const { plan, outputs, input } = made;
  const edits: ForkEdits = {
    ...(edit?.input === undefined ? {} : { input: refOf(digestOf(input)) }),
    ...(outputs.length === 0 ? {} : { steps: Object.fromEntries(outputs.map(({ named, ref }) => [named, ref])) }),
  };
  return {
    tenant,
    runId,
    job: job.name,
    version: job.version,
    definition: encoded(pinDefinition(job)),
    input,
    actor,
    source: source.runId,
    step,
    request: requestOf(forking),
    edits,
    handed: plan.handed,
    calls: plan.calls,
    transcripts: plan.transcripts,
    decisions: plan.decisions,
  };
}

// A fork that has ended without them needs them no more.
async function deliverCopied({ store, workflows }: ClientParts, { tenant, runId, closedAt }: RunRow): Promise<void> {
  if (closedAt !== undefined) return;
  for (const { decisionId: id, name, payload, actor } of await store.forks.signals(tenant, runId)) {
    try {
      await workflows.withDeadline(Date.now() + UPDATE_TIMEOUT_MS, () =>
        workflows.workflow.getHandle(runId).signal(deliverSignal, { name, id, actor, payload }),
      );
    } catch (cause) {
      // It has ended meanwhile, without them.
      if (cause instanceof WorkflowNotFoundError) return;
      throw new JobError(
        'stack-failed',
        `The fork ${runId} is started, but Temporal did not take its signal "${name}": ${sentenceOf(cause)}; send it with \`holdfast signal\`, or fork again under the same id.`,
        { cause },
      );
    }
    await store.decisions.markDelivered(tenant, runId, id);
  }
}

function encoded(value: unknown): Uint8Array {
  return new TextEncoder().encode(canonicalJson(value));
}
