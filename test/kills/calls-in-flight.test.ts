import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import type { RunId, StepPath } from '../../domain/ids.ts';
import { Database } from '../../gate/database.ts';
import { readTranscript } from '../../gate/transcripts.ts';
import { eventually } from '../fixtures/eventually.ts';
import { type ProbeEngine, startProbe } from '../fixtures/probe-engine.ts';
import { probe } from '../fixtures/probe/job.ts';
import { type Receiver, startReceiver } from '../fixtures/receiver.ts';
import { calls, type ScriptedModel, startScriptedModel } from '../fixtures/scripted-model.ts';
import { sharedStack } from '../stack-addresses.ts';
import { endOfRun } from './end-of-run.ts';
import { endInWords, ledgersOf, LIMIT_MS, UNKNOWN_END } from './observing.ts';

// Well within the 5 s that a draining worker gives its calls.
const ANSWER_MS = 2_500;
const OUTPUT = calls({ name: 'submit', arguments: { topic: 'tides', score: 7 }, id: 'the-answer' });

/** What one test has for itself, so that others may kill theirs at the same time. */
interface Scene {
  readonly receiver: Receiver;
  readonly model: ScriptedModel;
  readonly engine: ProbeEngine;
}

async function onScene(use: (scene: Scene) => Promise<void>): Promise<void> {
  const [receiver, model] = await Promise.all([startReceiver(), startScriptedModel()]);
  const engine = await startProbe({
    started: false,
    systems: { receiver: { address: receiver.address } },
    model: model.address,
  });
  try {
    await use({ receiver, model, engine });
  } finally {
    await engine.close();
    await Promise.all([model.close(), receiver.close()]);
  }
}

async function start({ client, tenant }: ProbeEngine, scenario: 'agent' | 'native' | 'blind'): Promise<RunId> {
  return (await client.start(probe, { run: scenario, scenario }, { tenant })).runId;
}

function wait({ client, tenant }: ProbeEngine, runId: RunId): ReturnType<ProbeEngine['client']['wait']> {
  return client.wait(runId, { tenant, timeoutMs: LIMIT_MS });
}

test.concurrent(
  'a worker killed with kill -9 while a model call hangs leaves the run to another worker, which asks again; the transcript holds one answer [worker.resumes] [gate.stored-result]',
  () =>
    onScene(async ({ engine, model }) => {
      model.script(() => (model.requests.length === 1 ? 'hang' : OUTPUT));
      const victim = await engine.startWorker(0);
      const runId = await start(engine, 'agent');
      await eventually(() => model.requests[0]);
      await victim.kill();
      await engine.startWorker(0);
      const ended = await wait(engine, runId);
      expect(ended).toMatchObject({ status: 'completed', modelCalls: 1, turns: 1, inputTokens: 100 });
      expect(model.requests).toHaveLength(2);
      expect(model.requests[1]?.messages).toEqual(model.requests[0]?.messages);
      expect(await transcript(engine, runId)).toEqual(['system', 'user', 'assistant the-answer']);
      const [ledger = []] = await ledgersOf(engine, [runId]);
      expect(ledger.filter(({ effect }) => effect === 'model')).toMatchObject([
        { stepPath: 'ask/turn-1', state: 'committed', takeovers: 1 },
      ]);
    }),
  LIMIT_MS,
);

test.concurrent(
  'a worker killed with kill -9 around a model call before it asks, and its successor with the answer that is not recorded yet, leaves one answer in the transcript [worker.resumes] [crash.kill-matrix]',
  () =>
    onScene(async ({ engine, model }) => {
      model.script(() => OUTPUT);
      const first = await engine.startWorker(0, { at: 'before-claim ask/turn-1' });
      const runId = await start(engine, 'agent');
      expect(await first.ended).toBe('SIGKILL');
      expect(model.requests).toHaveLength(0);
      const second = await engine.startWorker(0, { at: 'answered ask/turn-1' });
      expect(await second.ended).toBe('SIGKILL');
      expect(model.requests).toHaveLength(1);
      await engine.startWorker(0);
      expect(await wait(engine, runId)).toMatchObject({
        status: 'completed',
        modelCalls: 1,
        turns: 1,
        inputTokens: 100,
      });
      expect(model.requests).toHaveLength(2);
      expect(await transcript(engine, runId)).toEqual(['system', 'user', 'assistant the-answer']);
    }),
  LIMIT_MS,
);

test.concurrent(
  'a worker killed with kill -9 while an answer is delivered to it leaves the answer to its successor, which takes it once, and nothing is sent again [question.once] [worker.resumes]',
  () =>
    onScene(async ({ engine, receiver }) => {
      const { client, tenant } = engine;
      const first = await engine.startWorker(0, { at: 'answered stampBlind' });
      const runId = await start(engine, 'blind');
      await first.ended;
      const second = await engine.startWorker(0);
      expect(await endOfRun(engine, runId)).toBe(UNKNOWN_END);
      // It stands still, so that the answer is on its way when it dies.
      process.kill(second.pid, 'SIGSTOP');
      const given = {
        // What it answered to the worker that is dead is not known to anybody else.
        answer: { kind: 'happened', output: { id: 'as the books have it' } },
        actor: 'ada',
        evidence: 'It is in the books.',
        id: 'given',
      } as const;
      const delivering = Promise.allSettled([client.answer(runId, { ...given, tenant })]);
      await delay(300);
      await second.kill();
      await engine.startWorker(0);
      await delivering;
      // Whoever heard nothing asks again under the same id.
      await Promise.allSettled([client.answer(runId, { ...given, question: 'stampBlind', tenant })]);
      expect(await wait(engine, runId)).toMatchObject({ status: 'completed' });
      const [ledger = []] = await ledgersOf(engine, [runId]);
      expect(ledger.find(({ stepPath }) => stepPath === 'stampBlind')).toMatchObject({
        state: 'accepted',
        decisionId: 'given',
      });
      expect(receiver.received).toHaveLength(1);
    }),
  LIMIT_MS,
);

// Not at the same time as the others: its calls must end within the grace time.
describe('a worker drained by SIGTERM while calls are in flight', () => {
  const STEPS = { native: 'stampNative', blind: 'stampBlind', agent: 'ask/turn-1' } as const;

  test(
    'burns no attempt of those that end within the grace time, and another worker goes on with their runs [worker.drains]',
    () =>
      onScene(async ({ engine, model, receiver }) => {
        receiver.behave(() => ({ status: 200, body: { id: 'stamped' }, delayMs: ANSWER_MS }));
        model.script(() => ({ ...OUTPUT, delayMs: ANSWER_MS }));
        const drained = await engine.startWorker(0);
        const runIds = await Promise.all(
          (['native', 'blind', 'agent'] as const).map((scenario) => start(engine, scenario)),
        );
        await eventually(() => receiver.received[1] && model.requests[0]);
        const [ended] = await Promise.all([
          Promise.all(runIds.map((runId) => wait(engine, runId))),
          drained.stop(),
          engine.startWorker(0),
        ]);
        expect(ended.map(endInWords)).toEqual(['completed', 'completed', 'completed']);
        expect(await drained.ended).toBe(0);
        expect([receiver.received, model.requests].map(({ length }) => length)).toEqual([2, 1]);
        expect(await Promise.all(runIds.map(attemptsOf))).toEqual([
          { plan: 1, stampOf: 1, [STEPS.native]: 1, close: 1 },
          { plan: 1, stampOf: 1, [STEPS.blind]: 1, close: 1 },
          { plan: 1, [STEPS.agent]: 1, 'ask/verify': 1, close: 1 },
        ]);
        const sent = (await ledgersOf(engine, runIds)).flat().filter(({ system }) => system !== '');
        expect(sent.map(({ stepPath, state, takeovers }) => [stepPath, state, takeovers])).toEqual(
          Object.values(STEPS).map((step) => [step, 'committed', 0]),
        );
      }),
    LIMIT_MS,
  );
});

const COUNT = {
  name: 'test.messages',
  text: 'select count(*) as messages from gate.transcript where tenant = $1 and run_id = $2',
};

/** Every message of a run's only agent: its role, and the ids of the calls in it. */
async function transcript({ tenant }: ProbeEngine, runId: RunId): Promise<readonly string[]> {
  const database = new Database({
    url: sharedStack().database.clientUrl,
    poolSize: 1,
    timeoutMs: 5_000,
    label: 'test',
  });
  try {
    const [row] = await database.query<{ messages: number }>(COUNT, [tenant, runId]);
    const messages = await readTranscript(database, {
      tenant,
      runId,
      agentPath: 'ask' as StepPath,
      from: 0,
      to: row?.messages ?? 0,
    });
    return messages.map((message) => {
      const { role, ids = [] } = message as { role: string; ids?: readonly string[] };
      return [role, ...ids].join(' ');
    });
  } finally {
    await database.close();
  }
}

/** At which attempt each completed Activity of a run was started, by its id. */
async function attemptsOf(runId: RunId): Promise<Record<string, number>> {
  const { address, namespace } = sharedStack().temporal;
  const connection = await Connection.connect({ address });
  try {
    const { events } = await new Client({ connection, namespace }).workflow.getHandle(runId).fetchHistory();
    const all = events ?? [];
    const ids = new Map(
      all.map((event) => [Number(event.eventId), event.activityTaskScheduledEventAttributes?.activityId]),
    );
    const started = all.flatMap((event) => event.activityTaskStartedEventAttributes ?? []);
    return Object.fromEntries(started.map((task) => [ids.get(Number(task.scheduledEventId)), task.attempt ?? 0]));
  } finally {
    await connection.close();
  }
}
