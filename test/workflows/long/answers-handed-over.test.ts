import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { expect, test } from '@jest/globals';
import type { ShownQuestion } from '../../../client/index.ts';
import { steerSignal } from '../../../workflows/messages.ts';
import { eventually } from '../../fixtures/eventually.ts';
import { onOwn } from '../../fixtures/on-own.ts';
import { calls } from '../../fixtures/scripted-model.ts';
import { type RecordedHistory, stepsOf } from '../recorded-history.ts';
import { type LongRun, type LongUnderTest, startLong } from './long-under-test.ts';

// From so many events on a part hands over while something is down.
const LONG = 1_000;
const AT_ONCE = 50;
const ENOUGH_MS = 20_000;

function control({ engine: { tenant } }: LongUnderTest): { actor: string; tenant: typeof tenant } {
  return { actor: 'ada', tenant };
}

/** Makes the history of a part so long that it hands over as soon as it may. */
async function lengthen(long: LongUnderTest, part: string): Promise<void> {
  const handle = long.temporal().workflow.getHandle(part);
  for (let sent = 0; sent < LONG; sent += AT_ONCE)
    await Promise.all(Array.from({ length: AT_ONCE }, () => handle.signal(steerSignal, { paused: false })));
}

/** Waits until a part has continued as new. */
function handedOver(long: LongUnderTest, part: string): Promise<true> {
  return eventually(async () => {
    const executions = await long.executions(part);
    return executions.some(({ status }) => status === 'CONTINUED_AS_NEW') ? true : undefined;
  });
}

function questionOf(long: LongUnderTest, { runId }: LongRun): Promise<{ name: string }> {
  return eventually(() => long.engine.client.question(runId, { tenant: long.engine.tenant }));
}

/** Waits until a person is asked about an output with this score. */
function questionAbove(long: LongUnderTest, run: Pick<LongRun, 'runId'>, score: number): Promise<ShownQuestion> {
  return eventually(async () => {
    const question = await long.engine.client.question(run.runId, { tenant: long.engine.tenant });
    return question?.sentence.includes(`The score ${score} is above 10.`) === true ? question : undefined;
  });
}

/** Waits for the question about an output with the score `above`, and answers it with another output. */
async function corrected(
  long: LongUnderTest,
  run: Pick<LongRun, 'runId'>,
  { above, output }: { above: number; output: { topic: string; score: number } },
): Promise<void> {
  await questionAbove(long, run, above);
  const answer = { kind: 'corrected', output } as const;
  await long.engine.client.answer(run.runId, { ...control(long), answer, evidence: 'read' });
}

/** The step paths of the verifications in the latest execution of a part, each once: an outage has them tried more often. */
async function verificationsIn(long: LongUnderTest, part: string): Promise<readonly string[]> {
  const history = historyToJSON(await long.temporal().workflow.getHandle(part).fetchHistory());
  const steps = stepsOf(JSON.parse(history) as RecordedHistory);
  return [...new Set(steps.filter((step) => step.includes('/verify')))];
}

test.concurrent('a correction whose verification meets an outage counts also when the part continues as new meanwhile [long-run.steered]', () =>
  onOwn(startLong, async (long) => {
    long.model.script(() => calls({ name: 'submit', arguments: { topic: 'all', score: 11 } }));
    long.receiver.behave(() => ({ status: 503 }));
    const run = await long.start('map-agents', 1);
    const { name } = await questionOf(long, run);
    const { client } = long.engine;
    const part = `${run.runId}~${name}`;
    await lengthen(long, part);
    const output = { topic: 'filed', score: 4 };
    await client.answer(run.runId, { ...control(long), answer: { kind: 'corrected', output }, evidence: 'read' });
    await handedOver(long, part);
    long.receiver.behave(({ path }) => ({ status: 200, body: { text: path } }));
    await client.resume(run.runId, control(long));
    expect((await long.ended(run, ENOUGH_MS)).end).toBeUndefined();
    expect(await long.result(run)).toEqual([output]);
  }));

test.concurrent('an effect that is repeated on an answer is not doubted again when its part continues as new in an outage [long-run.steered] [question.unknown-effect]', () =>
  onOwn(startLong, async (long) => {
    long.receiver.behave(({ path }) =>
      path.startsWith('/notes') ? { status: 404 } : { status: 200, body: { text: 'noted' } },
    );
    const run = await long.start('map-notes');
    const { client } = long.engine;
    const part = `${run.runId}~note/map`;
    expect(await questionOf(long, run)).toMatchObject({ name: 'note:rain', question: 'unknown-effect' });
    await lengthen(long, part);
    long.receiver.behave(() => ({ status: 503 }));
    const answer = { kind: 'did-not-happen', next: 'repeat' } as const;
    await client.answer(run.runId, { ...control(long), answer, evidence: 'looked' });
    await handedOver(long, part);
    long.receiver.behave(({ path }) => ({
      status: 200,
      body: path.startsWith('/notes') ? { topic: 'rain' } : { text: 'noted' },
    }));
    await client.resume(run.runId, control(long));
    expect((await long.ended(run, ENOUGH_MS)).end).toBeUndefined();
    expect(await long.result(run)).toEqual([{ text: 'noted' }]);
  }));

test.concurrent('a part of a fork that continues as new is given each correction of the first run once, and then its own [long-run.steered] [fork.prefix]', () =>
  onOwn(startLong, async (long) => {
    const { client } = long.engine;
    long.model.script(() => calls({ name: 'submit', arguments: { topic: 'all', score: 11 } }));
    const first = await long.start('map-agents', 1);
    for (const score of [12, 13]) await corrected(long, first, { above: score - 1, output: { topic: 'all', score } });
    await questionAbove(long, first, 13);
    await client.cancel(first.runId, control(long));
    await long.ended(first, ENOUGH_MS);
    const fork = await client.fork(first.runId, control(long));
    await questionAbove(long, fork, 13);
    const part = `${fork.runId}~askItem:item-0`;
    await lengthen(long, part);
    long.receiver.behave(() => ({ status: 503 }));
    const output = { topic: 'filed', score: 4 };
    await corrected(long, fork, { above: 13, output });
    await handedOver(long, part);
    long.receiver.behave(({ path }) => ({ status: 200, body: { text: path } }));
    await client.resume(fork.runId, control(long));
    expect((await long.ended(fork, ENOUGH_MS)).end).toBeUndefined();
    expect(await verificationsIn(long, part)).toEqual([2, 3, 4, 5].map((count) => `askItem:item-0/verify#${count}`));
  }));
