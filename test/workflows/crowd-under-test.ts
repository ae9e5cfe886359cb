import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { AnswerOptions, SeenRun, ShownQuestion } from '../../client/index.ts';
import type { RunId } from '../../domain/ids.ts';
import { type LedgerEntry, openClientStore } from '../../gate/client-store.ts';
import type { InputOf } from '../../jobs/index.ts';
import { crowd } from '../fixtures/crowd/job.ts';
import { eventually } from '../fixtures/eventually.ts';
import { type ProbeEngine, startProbe } from '../fixtures/probe-engine.ts';
import { type Behaviour, type Receiver, startReceiver } from '../fixtures/receiver.ts';
import { sharedStack } from '../stack-addresses.ts';
import { filing } from './desk-under-test.ts';
import type { RecordedHistory } from './recorded-history.ts';

type Given = InputOf<typeof crowd>;

/** Workers of the job `crowd` with a receiver, and what is known of its runs. */
export interface CrowdUnderTest {
  readonly engine: ProbeEngine;
  /** Behaves `partly` until it is told otherwise. */
  readonly receiver: Receiver;
  start(scenario: Given['scenario'], more?: Pick<Given, 'at'>): Promise<RunId>;
  view(runId: RunId): Promise<SeenRun>;
  ended(runId: RunId): Promise<SeenRun>;
  /** Waits until a question of this name is the one that the run asks. */
  questionOf(runId: RunId, name: string): Promise<ShownQuestion>;
  /** Says that it happened, unless told otherwise. */
  answer(runId: RunId, more?: Partial<AnswerOptions>): Promise<string>;
  callAt(runId: RunId, stepPath: string): Promise<LedgerEntry | undefined>;
  historyOf(runId: RunId): Promise<RecordedHistory>;
  close(): Promise<void>;
}

/** Finds everything but what is down. */
export const partly: Behaviour = (request, count) =>
  request.path.endsWith('topic=down') ? { status: 503 } : filing(request, count);

/** Starts everything. */
export async function startCrowd(): Promise<CrowdUnderTest> {
  const [receiver, store, connection] = await Promise.all([
    startReceiver(),
    openClientStore({ databaseUrl: sharedStack().database.clientUrl }),
    Connection.connect({ address: sharedStack().temporal.address }),
  ]);
  receiver.behave(partly);
  const engine = await startProbe({
    jobs: ['test/fixtures/crowd'],
    systems: { receiver: { address: receiver.address } },
  });
  const { client, tenant } = engine;
  return {
    engine,
    receiver,
    start: async (scenario, more) =>
      (await client.start(crowd, { run: randomUUID(), scenario, ...more }, { tenant })).runId,
    view: (runId) => client.view(runId, { tenant }),
    ended: (runId) => client.wait(runId, { tenant, timeoutMs: 40_000 }),
    questionOf: (runId, name) =>
      eventually(async () => {
        const question = await client.question(runId, { tenant });
        return question?.name === name ? question : undefined;
      }),
    answer: (runId, more) =>
      client.answer(runId, { answer: { kind: 'happened' }, actor: 'ada', evidence: 'seen', tenant, ...more }),
    callAt: async (runId, stepPath) =>
      (await store.runs.ledger(tenant, runId)).find((entry) => entry.stepPath === stepPath),
    historyOf: async (runId) => {
      const history = await new Client({ connection }).workflow.getHandle(runId).fetchHistory();
      return JSON.parse(historyToJSON(history)) as RecordedHistory;
    },
    close: async () => {
      await engine.close();
      await Promise.all([store.close(), connection.close(), receiver.close()]);
    },
  };
}
