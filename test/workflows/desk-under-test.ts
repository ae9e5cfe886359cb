import { randomUUID } from 'node:crypto';
import type { HoldfastClient, SeenRun, StartedRun, Tenant } from '../../client/index.ts';
import type { InputOf } from '../../jobs/index.ts';
import { desk } from '../fixtures/desk/job.ts';
import { type ProbeEngine, type ProbeOptions, startProbe } from '../fixtures/probe-engine.ts';
import { type Received, type Receiver, startReceiver } from '../fixtures/receiver.ts';
import { calls, type ModelRequestSeen, type ModelScript, type ScriptedModel, startScriptedModel } from '../fixtures/scripted-model.ts';

/** The folders of the jobs desk and hurry. */
export const DESK_JOBS = ['test/fixtures/desk', 'test/fixtures/hurry'];

/** What an agent of the desk came to, and who was asked what meanwhile. */
export interface Asked {
  readonly run: SeenRun;
  readonly requests: readonly ModelRequestSeen[];
  readonly received: readonly Received[];
}

/** Workers of the desk with a scripted model and a receiver. */
export interface DeskUnderTest {
  readonly client: HoldfastClient;
  readonly tenant: Tenant;
  readonly engine: ProbeEngine;
  readonly receiver: Receiver;
  readonly model: ScriptedModel;
  start(scenario: Scenario): Promise<StartedRun>;
  ended(run: StartedRun): Promise<SeenRun>;
  /** Lets the agent answer by a script until its run has ended. */
  ask(script: ModelScript): Promise<Asked>;
  close(): Promise<void>;
}

type Scenario = InputOf<typeof desk>['scenario'];

/** Starts everything; options replace what the workers are told. */
export async function startDesk(options: ProbeOptions = {}): Promise<DeskUnderTest> {
  const [receiver, model] = await Promise.all([startReceiver(), startScriptedModel()]);
  const systems = { receiver: { address: receiver.address } };
  const engine = await startProbe({ jobs: DESK_JOBS, systems, model: model.address, ...options });
  const { client, tenant } = engine;
  const start = (scenario: Scenario): Promise<StartedRun> => client.start(desk, { run: randomUUID(), scenario }, { tenant });
  const ended = ({ runId }: StartedRun): Promise<SeenRun> => client.wait(runId, { tenant, timeoutMs: 40_000 });
  return {
    client,
    tenant,
    engine,
    receiver,
    model,
    start,
    ended,
    ask: async (script) => {
      const before = { requests: model.requests.length, received: receiver.received.length };
      model.script(script);
      const run = await ended(await start('ask'));
      return { run, requests: model.requests.slice(before.requests), received: receiver.received.slice(before.received) };
    },
    close: async () => {
      await engine.close();
      await Promise.all([receiver.close(), model.close()]);
    },
  };
}

/** A turn that hands in a report. */
export function submit(report: { topic: string; score: number }): ReturnType<typeof calls> {
  return calls({ name: 'submit', arguments: report });
}

/** A turn that looks topics up. */
export function looks(...topics: string[]): ReturnType<typeof calls> {
  return calls(...topics.map((topic) => ({ name: 'look', arguments: { topic } })));
}
