import type { BlobRef, RunId, Tenant } from '../../../domain/ids.ts';
import type { QuietRun } from '../../../gate/client-store.ts';

/** What the database's clock says in these tests. */
export const NOW = Date.parse('2026-03-01T12:00:00Z');

const MINUTE_MS = 60_000;

/** A run that a sweep looks at, as the gate gives it: quiet for a minute, unless it is told otherwise. */
export function aRun(parts: Partial<QuietRun> = {}): QuietRun {
  return {
    tenant: 'acme' as Tenant,
    runId: 'run-1' as RunId,
    job: 'invoice-intake',
    status: 'running',
    actor: 'ada',
    waitingFor: undefined,
    inputRef: 'b-1' as BlobRef,
    definition: 'b-2' as BlobRef,
    startedMs: MINUTE_MS,
    quietMs: MINUTE_MS,
    notedMs: undefined,
    nowMs: NOW,
    ...parts,
  };
}
