import { randomUUID } from 'node:crypto';
import type { Json } from '../domain/canonical.ts';
import { JobError } from '../domain/errors.ts';
import { DEFAULT_TENANT, parseRunId, type Tenant } from '../domain/ids.ts';
import { MAX_PAYLOAD_BYTES } from '../domain/payload.ts';
import type { RunStatus } from '../domain/run-view.ts';
import { deliverSignal, pauseRunUpdate, resumeRunUpdate } from '../workflows/messages.ts';
import type { ClientParts } from './client.ts';
import { decide, type Decision, UPDATE_TIMEOUT_MS } from './decide.ts';

/** Who steers a run. */
export interface ControlOptions {
  /** Recorded with the act; not yet authenticated. */
  readonly actor: string;
  readonly reason?: string;
  /** Default `default`. */
  readonly tenant?: Tenant;
}

/** An external event for a run. */
export interface SignalOptions {
  readonly name: string;
  /** Small JSON, at most 8 KiB. */
  readonly payload?: Json;
  /** A second delivery under the same id is the same event; default a new id. */
  readonly id?: string;
  readonly actor: string;
  /** Default `default`. */
  readonly tenant?: Tenant;
}

/** Holds a run before its next step. */
export async function pauseRun(parts: ClientParts, runId: string, control: ControlOptions): Promise<RunStatus> {
  return steer(parts, runId, { control, kind: 'pause' });
}

/** Lets a paused run go on; one that waits for what was down tries again at once. */
export async function resumeRun(parts: ClientParts, runId: string, control: ControlOptions): Promise<RunStatus> {
  return steer(parts, runId, { control, kind: 'resume' });
}

/** Cancels a run. */
export async function cancelRun(parts: ClientParts, runId: string, control: ControlOptions): Promise<void> {
  const decision = decisionOf(runId, { control, kind: 'cancel' });
  await decide(parts, decision, async () => {
    await parts.workflows.withDeadline(Date.now() + UPDATE_TIMEOUT_MS, () =>
      parts.workflows.workflow.getHandle(decision.runId).cancel(),
    );
  });
}

/** Delivers an external event. */
export async function deliver(parts: ClientParts, runId: string, signal: SignalOptions): Promise<void> {
  const { name, actor, payload = null, id = randomUUID(), tenant = DEFAULT_TENANT } = signal;
  const bytes = Buffer.byteLength(JSON.stringify(payload));
  if (bytes > MAX_PAYLOAD_BYTES) {
    throw new JobError(
      'invalid-input',
      `The payload of "${name}" has ${bytes} bytes; ${MAX_PAYLOAD_BYTES} are allowed.`,
    );
  }
  const decision: Decision = { tenant, runId: parseRunId(runId), decisionId: id, kind: 'signal', name, payload, actor };
  await decide(parts, decision, async (who) => {
    await parts.workflows.withDeadline(Date.now() + UPDATE_TIMEOUT_MS, () =>
      parts.workflows.workflow.getHandle(decision.runId).signal(deliverSignal, { name, id, actor: who, payload }),
    );
  });
}

async function steer(
  parts: ClientParts,
  runId: string,
  act: { control: ControlOptions; kind: 'pause' | 'resume' },
): Promise<RunStatus> {
  const decision = decisionOf(runId, act);
  const { actor, reason } = act.control;
  let status: RunStatus = 'running';
  await decide(parts, decision, async () => {
    const handle = parts.workflows.workflow.getHandle(decision.runId);
    const args: [{ actor: string; reason?: string }] = [{ actor, ...(reason === undefined ? {} : { reason }) }];
    const update = act.kind === 'pause' ? pauseRunUpdate : resumeRunUpdate;
    const answer = await parts.workflows.withDeadline(Date.now() + UPDATE_TIMEOUT_MS, () =>
      handle.executeUpdate(update, { args, updateId: decision.decisionId }),
    );
    status = answer.status as RunStatus;
  });
  return status;
}

function decisionOf(runId: string, act: { control: ControlOptions; kind: 'pause' | 'resume' | 'cancel' }): Decision {
  const { actor, reason, tenant = DEFAULT_TENANT } = act.control;
  return {
    tenant,
    runId: parseRunId(runId),
    decisionId: randomUUID(),
    kind: act.kind,
    actor,
    payload: reason === undefined ? null : { reason },
  };
}
