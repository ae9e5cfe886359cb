import type { Client } from '@temporalio/client';
import type { Tenant } from '../../client/index.ts';
import type { Engine } from '../../main/engine.ts';
import { benchSteps } from './job.ts';
import type { Side } from './side.ts';
import { ticketOf } from './ticket.ts';

/** What the governed side is made of. */
export interface GovernedParts {
  readonly engine: Engine;
  readonly temporal: Client;
  readonly taskQueue: string;
  readonly tenant: Tenant;
}

/** The engine's own workers. Runs are started by its client and awaited as the bare ones are. */
export async function openGovernedSide({ engine, temporal, taskQueue, tenant }: GovernedParts): Promise<Side> {
  const kept = await engine.stack.processes();
  const workers = kept.filter(({ name }) => name.startsWith(`worker-${taskQueue}-`));
  let count = 0;
  return {
    name: 'governed',
    pids: workers.map(({ pid }) => pid),
    run: async () => {
      count += 1;
      const { runId } = await engine.client.start(benchSteps, ticketOf(`${tenant}/${count}`), { tenant });
      await temporal.workflow.getHandle(runId).result();
      return runId;
    },
  };
}
