import { JobError } from '../domain/errors.ts';
import type { RunId, Tenant } from '../domain/ids.ts';
import type { RunRow } from '../gate/client-store.ts';
import type { ClientParts } from './client.ts';
import type { ListedRun } from './seen-run.ts';

/**
 * The projection's row of a run.
 * @throws JobError `unknown-run` when this tenant has none of that id
 */
export async function runRow(parts: ClientParts, tenant: Tenant, runId: RunId): Promise<RunRow> {
  const row = await parts.store.runs.find(tenant, runId);
  if (row === undefined) throw new JobError('unknown-run', `There is no run ${runId} in the tenant "${tenant}".`);
  return row;
}

/** A row as people see it. */
export function listedRun(row: RunRow): ListedRun {
  const { endCode, endSentence, waitingFor, closedAt, result } = row;
  return {
    runId: row.runId,
    tenant: row.tenant,
    job: row.job,
    version: row.version,
    actor: row.actor ?? '',
    status: row.status === 'starting' ? 'running' : row.status,
    step: row.step ?? '',
    turns: row.turns,
    lastOutcome: row.lastOutcome ?? '',
    startedAt: row.startedAt,
    modelCalls: row.modelCalls,
    inputTokens: row.inputTokens,
    outputTokens: row.outputTokens,
    model: row.model ?? '',
    ...(closedAt === undefined ? {} : { closedAt }),
    ...(result === undefined ? {} : { result }),
    ...(waitingFor === undefined ? {} : { waitingFor }),
    // Of an open run it says why a start failed, which is no end.
    ...(endCode === undefined || closedAt === undefined ? {} : { end: { code: endCode, sentence: endSentence ?? '' } }),
  };
}
