import type { Tenant } from '../../client/index.ts';
import { runIdOf } from '../../domain/digest.ts';
import { JobError } from '../../domain/errors.ts';
import type { OpenToolcalls } from './open-toolcalls.ts';
import type { ReplayCase } from './replay-case.ts';
import { type Shelf, shelfName } from './shelves.ts';

/** A case as it is started. */
export interface PlannedRun {
  readonly case: ReplayCase;
  readonly job: string;
  readonly runId: string;
}

const IN_FLIGHT = 32;
// Far more than a run takes on a busy machine.
const PATIENCE_MS = 300_000;
const ACTOR = 'evaluation';

/** The runs of some shelves, before any of them is started: what a run is called depends on its case alone. */
export function plannedRuns(shelves: readonly Shelf[], tenant: Tenant): readonly PlannedRun[] {
  return shelves.flatMap(({ cases }, place) => {
    const job = shelfName(place);
    return cases.map((one) => ({ case: one, job, runId: runIdOf({ tenant, job, identity: [one.id] }) }));
  });
}

/** Starts runs, many at once, and waits for their ends: `completed`, or why one did not complete. */
export async function runCases(
  planned: readonly PlannedRun[],
  { client, registry, tenant }: Pick<OpenToolcalls, 'client' | 'registry' | 'tenant'>,
  onEnd: () => void,
): Promise<ReadonlyMap<string, string>> {
  const ends = new Map<string, string>();
  const waiting = planned.values();
  const work = async (): Promise<void> => {
    for (const { case: one, job, runId } of waiting) {
      ends.set(runId, await ended(one, { job, runId }));
      onEnd();
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, work));
  return ends;

  // A case that cannot be started fails alone.
  async function ended(one: ReplayCase, { job, runId }: Omit<PlannedRun, 'case'>): Promise<string> {
    try {
      await client.start(registry.job(job), { id: one.id }, { tenant, actor: ACTOR });
    } catch (error) {
      if (!(error instanceof JobError)) throw error;
      return `before it began: ${error.message}`;
    }
    return endOf(runId);
  }

  async function endOf(runId: string): Promise<string> {
    try {
      const { status, end } = await client.wait(runId, { tenant, timeoutMs: PATIENCE_MS });
      return end === undefined ? status : `${status}: ${end.sentence}`;
    } catch (error) {
      if (!(error instanceof JobError && error.code === 'deadline-exceeded')) throw error;
      return `nowhere within ${PATIENCE_MS / 1_000} s`;
    }
  }
}
