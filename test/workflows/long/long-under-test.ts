import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import type { SeenRun } from '../../../client/index.ts';
import { DATA_CLASSES } from '../../../domain/effects.ts';
import type { RunId } from '../../../domain/ids.ts';
import type { InputOf } from '../../../jobs/index.ts';
import { long } from '../../fixtures/long/job.ts';
import { type ProbeEngine, type ProbeOptions, startProbe } from '../../fixtures/probe-engine.ts';
import { type Receiver, startReceiver } from '../../fixtures/receiver.ts';
import { type ScriptedModel, startScriptedModel } from '../../fixtures/scripted-model.ts';
import { sharedStack } from '../../stack-addresses.ts';

type Given = InputOf<typeof long>;

/** A run by its id and by the name in its input. */
export interface LongRun {
  readonly runId: RunId;
  readonly name: string;
}

/** What Temporal has of one execution. */
export interface Execution {
  readonly workflowId: string;
  readonly events: number;
  readonly status: string;
  /** The job in its search attributes. */
  readonly job: unknown;
}

/** Workers of the job `long` and of its child, with a scripted model and a receiver. */
export interface LongUnderTest {
  readonly engine: ProbeEngine;
  readonly receiver: Receiver;
  readonly model: ScriptedModel;
  start(scenario: Given['scenario'], count?: number, errand?: string): Promise<LongRun>;
  ended(run: { runId: string }, timeoutMs?: number): Promise<SeenRun>;
  seen(run: { runId: string }): Promise<SeenRun>;
  result(run: { runId: string }): Promise<unknown>;
  /** Every execution of a Workflow whose id begins so, also those that continued as new. */
  executions(of: string): Promise<readonly Execution[]>;
  temporal(): Client;
  close(): Promise<void>;
}

/** Starts everything. */
export async function startLong(options: ProbeOptions = {}): Promise<LongUnderTest> {
  const [receiver, model, connection] = await Promise.all([
    startReceiver(),
    startScriptedModel(),
    Connection.connect({ address: sharedStack().temporal.address }),
  ]);
  const engine = await startProbe({
    jobs: ['test/fixtures/long', 'test/fixtures/errand-child'],
    systems: { receiver: { address: receiver.address } },
    endpoints: [{ id: 'scripted', address: model.address, model: 'm', cleared: [...DATA_CLASSES] }],
    ...options,
  });
  const { client, tenant } = engine;
  const temporal = new Client({ connection, namespace: sharedStack().temporal.namespace });
  return {
    engine,
    receiver,
    model,
    start: async (scenario, count = 1, errand = '') => {
      const name = randomUUID();
      const { runId } = await client.start(long, { run: name, scenario, count, errand }, { tenant });
      return { runId, name };
    },
    ended: ({ runId }, timeoutMs = 50_000) => client.wait(runId, { tenant, timeoutMs }),
    seen: ({ runId }) => client.view(runId, { tenant }),
    result: ({ runId }) => client.result(runId, { tenant }),
    executions: (of) => executionsOf(temporal, of),
    temporal: () => temporal,
    close: async () => {
      await engine.close();
      await Promise.all([receiver.close(), model.close(), connection.close()]);
    },
  };
}

async function executionsOf({ workflow }: Client, of: string): Promise<readonly Execution[]> {
  const found: Execution[] = [];
  for await (const info of workflow.list({ query: `WorkflowId STARTS_WITH "${of}"` })) {
    const { workflowId, historyLength, status, searchAttributes } = info;
    found.push({
      workflowId,
      events: historyLength,
      status: status.name,
      job: searchAttributes?.['HoldfastJob']?.[0],
    });
  }
  return found;
}
