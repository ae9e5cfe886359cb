import type { z } from 'zod';
import type { HoldfastClient, Tenant } from '../../client/index.ts';
import type { SeenRunSchema } from '../schemas/runs.ts';

type SeenRunJson = z.output<typeof SeenRunSchema>;

/** A run with the one that it is a fork of, and with its own forks. */
export async function withForks(client: HoldfastClient, run: SeenRunJson, tenant: Tenant): Promise<SeenRunJson> {
  const all = await client.forks(run.runId, { tenant });
  const own = all.find(({ runId }) => runId === run.runId);
  const forks = all.filter(({ runId }) => runId !== run.runId);
  return {
    ...run,
    ...(own === undefined
      ? {}
      : {
          forkOf: {
            runId: own.source,
            from: own.step,
            copied: own.copied,
            edited: [...(own.edits.input === undefined ? [] : ['input']), ...Object.keys(own.edits.steps ?? {})],
            actor: own.actor,
          },
        }),
    ...(forks.length === 0
      ? {}
      : {
          forks: forks.map(({ runId, step: from, actor, forkedAt }) => ({
            runId,
            from,
            actor,
            at: forkedAt.toISOString(),
          })),
        }),
  };
}
