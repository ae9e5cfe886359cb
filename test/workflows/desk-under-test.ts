import { randomUUID } from 'node:crypto';
import type { HoldfastClient, SeenRun, Tenant } from '../../client/index.ts';
import { DATA_CLASSES, type DataClass } from '../../domain/effects.ts';
import type { RunId } from '../../domain/ids.ts';
import type { Layout } from '../../main/worker-specs.ts';
import type { InputOf } from '../../jobs/index.ts';
import { desk } from '../fixtures/desk/job.ts';
import { type ProbeEngine, startProbe } from '../fixtures/probe-engine.ts';
import { type Behaviour, type Received, type Receiver, startReceiver } from '../fixtures/receiver.ts';
import {
  calls,
  type ModelRequestSeen,
  type ModelScript,
  type ScriptedModel,
  startScriptedModel,
} from '../fixtures/scripted-model.ts';

const DESK_JOBS = ['test/fixtures/desk', 'test/fixtures/hurry'];

/** What an agent of the desk came to, and who was asked what meanwhile. */
export interface Asked {
  readonly run: SeenRun;
  readonly requests: readonly ModelRequestSeen[];
  readonly received: readonly Received[];
}

/** A run by its id and by the name in its input. */
export interface DeskRun {
  readonly runId: RunId;
  readonly name: string;
}

/** Workers of the desk with a scripted model and a receiver. */
export interface DeskUnderTest {
  readonly client: HoldfastClient;
  readonly tenant: Tenant;
  readonly engine: ProbeEngine;
  readonly receiver: Receiver;
  readonly model: ScriptedModel;
  start(scenario: Scenario): Promise<DeskRun>;
  ended(run: { runId: string }): Promise<SeenRun>;
  /** Lets the agent answer by a script until its run has ended. */
  ask(script: ModelScript): Promise<Asked>;
  close(): Promise<void>;
}

type Scenario = InputOf<typeof desk>['scenario'];

/** How a desk differs from the usual one. */
export interface DeskOptions {
  readonly layout?: Layout;
  readonly processes?: number;
  /** For the model and the receiver alike. */
  readonly credential?: string;
  /** What the endpoint may be shown; default everything. */
  readonly cleared?: readonly DataClass[];
}

/** Starts everything. */
export async function startDesk(options: DeskOptions = {}): Promise<DeskUnderTest> {
  const { cleared = DATA_CLASSES, layout = 'together', processes = 1 } = options;
  const credential = options.credential === undefined ? {} : { credential: options.credential };
  const [receiver, model] = await Promise.all([startReceiver(), startScriptedModel()]);
  const engine = await startProbe({
    jobs: DESK_JOBS,
    layout,
    processes,
    systems: { receiver: { address: receiver.address, ...credential } },
    endpoints: [{ id: 'scripted', address: model.address, model: 'm', cleared: [...cleared], ...credential }],
  });
  const { client, tenant } = engine;
  const start = async (scenario: Scenario): Promise<DeskRun> => {
    const name = randomUUID();
    const { runId } = await client.start(desk, { run: name, scenario }, { tenant });
    return { runId, name };
  };
  const ended = ({ runId }: { runId: string }): Promise<SeenRun> => client.wait(runId, { tenant, timeoutMs: 40_000 });
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
      return {
        run,
        requests: model.requests.slice(before.requests),
        received: receiver.received.slice(before.received),
      };
    },
    close: async () => {
      await engine.close();
      await Promise.all([receiver.close(), model.close()]);
    },
  };
}

/** A receiver that finds everything, takes notes and gives them back. */
export const filing: Behaviour = ({ path, body }) => {
  const topic = new URL(path, 'http://receiver').searchParams.get('topic');
  return { status: 200, body: path.startsWith('/notes') ? { topic } : { text: `done ${topic ?? topicOf(body)}` } };
};

/** The topic of a note. */
export function topicOf(body: unknown): string {
  return typeof body === 'object' && body !== null && 'topic' in body ? String(body.topic) : '';
}

/** A turn that hands in a report. */
export function submit(report: { topic: string; score: number }): ReturnType<typeof calls> {
  return calls({ name: 'submit', arguments: report });
}

/** A turn that looks topics up. */
export function looks(...topics: string[]): ReturnType<typeof calls> {
  return calls(...topics.map((topic) => ({ name: 'look', arguments: { topic } })));
}

/** A turn that writes notes. */
export function notes(...topics: string[]): ReturnType<typeof calls> {
  return calls(...topics.map((topic) => ({ name: 'note', arguments: { topic } })));
}
