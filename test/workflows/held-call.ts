import { eventually } from '../fixtures/eventually.ts';
import { connectAs } from '../gate/fixture.ts';

/** A call in the ledger that nobody can change meanwhile. */
export interface HeldCall {
  /** Resolves once somebody waits to change it. */
  wanted(): Promise<true>;
  letGo(): Promise<void>;
}

/** Keeps a call as it stands until it is let go, so that the Activity which settles it is under way for so long. */
export async function holdCall(runId: string, stepPath: string): Promise<HeldCall> {
  const holder = await connectAs('owner');
  await holder.query('begin');
  await holder.query('select from gate.call where run_id = $1 and step_path = $2 for update', [runId, stepPath]);
  const waiting = 'select from pg_stat_activity where pg_backend_pid() = any(pg_blocking_pids(pid))';
  return {
    wanted: () => eventually(async () => ((await holder.query(waiting)).rowCount === 0 ? undefined : true)),
    letGo: async () => {
      await holder.query('commit');
      await holder.end();
    },
  };
}
