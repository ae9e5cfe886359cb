import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import type { Tenant } from '../../client/index.ts';
import { digestOf, refOf } from '../../domain/digest.ts';
import type { Engine } from '../../main/engine.ts';
import { callsQueueOf, type WorkerPlan } from '../../main/worker-specs.ts';
import { startBareWorkers } from '../measuring/bare-workers.ts';
import { ticketOf } from '../steps/ticket.ts';
import { benchParked } from './job.ts';

/** One of the two that are compared. */
export interface ParkedSide {
  readonly name: 'bare' | 'governed';
  readonly pids: readonly number[];
  /** Where the write of a woken run arrives at the receiver. */
  readonly path: string;
  /** Starts a run by its number, and answers its Workflow Id. */
  start(number: number): Promise<string>;
  /** Wakes a run. */
  wake(runId: string): Promise<void>;
}

/** What both sides are made of. */
export interface ParkedParts {
  readonly engine: Engine;
  readonly temporal: Client;
  readonly home: string;
  readonly tenant: Tenant;
  /** The governed workers' plan, but with a Task Queue of the bare side's own. */
  readonly plan: Omit<WorkerPlan, 'bundle'>;
}

const WORKFLOWS = fileURLToPath(new URL('bare-workflow.ts', import.meta.url));

/** Runs of the engine, woken by its client. */
export async function governedSide({ engine, tenant }: ParkedParts): Promise<ParkedSide> {
  const kept = await engine.stack.processes();
  const names = new Set(engine.workers.map(({ name }) => name));
  return {
    name: 'governed',
    pids: kept.filter(({ name }) => names.has(name)).map(({ pid }) => pid),
    path: '/file',
    start: async (number) => {
      const { runId } = await engine.client.start(benchParked, ticketOf(`${tenant}/${number}`), { tenant });
      return runId;
    },
    wake: (runId) => engine.client.signal(runId, { name: 'go', actor: 'bench', tenant }),
  };
}

/** Workflows without a gate, started with the same arguments and woken by a signal. */
export async function bareSide(parts: ParkedParts): Promise<ParkedSide> {
  const { temporal, plan, tenant } = parts;
  const calls = callsQueueOf(plan);
  const reference = (text: string): string => refOf(digestOf(text));
  return {
    name: 'bare',
    pids: await startBareWorkers({ ...parts, workflowsPath: WORKFLOWS, lean: false }),
    path: '/bare',
    start: async (number) => {
      const workflowId = `plain-parked.${reference(`${tenant}/${number}`)}`;
      const input = {
        tenant,
        definition: reference('definition'),
        input: reference(workflowId),
        skeleton: { job: 'plain-parked', version: 1, steps: { file: { kind: 'tool', timeoutMs: 30_000 } } },
        ...(calls === undefined ? {} : { calls }),
      };
      await temporal.workflow.start('plainParkedWorkflow', {
        workflowId,
        taskQueue: plan.taskQueue,
        args: [input],
        workflowTaskTimeout: '3s',
        searchAttributes: { HoldfastJob: ['plain-parked'], HoldfastStatus: ['running'], HoldfastTenant: [tenant] },
      });
      return workflowId;
    },
    wake: (workflowId) => temporal.workflow.getHandle(workflowId).signal('go'),
  };
}
