import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openClientStore } from '../../gate/client-store.ts';
import { eventually } from '../fixtures/eventually.ts';
import { sharedStack } from '../stack-addresses.ts';
import { type DeskUnderTest, filing, startDesk, submit } from './desk-under-test.ts';

let desk: DeskUnderTest;

beforeAll(async () => {
  desk = await startDesk();
});

afterAll(async () => {
  await desk.close();
});

async function stepsOf(runId: string): Promise<readonly string[]> {
  const store = await openClientStore({ databaseUrl: sharedStack().database.clientUrl });
  const ledger = await store.runs.ledger(desk.tenant, runId as Parameters<typeof store.runs.ledger>[1]);
  await store.close();
  return ledger.map(({ stepPath }) => stepPath);
}

test('a named repetition has its name in the step path, whatever the order [steps.as]', async () => {
  desk.receiver.behave(filing);
  const run = await desk.start('named');
  expect((await desk.ended(run)).status).toBe('completed');
  expect((await stepsOf(run.runId)).toSorted()).toEqual(['look:fog', 'look:rain', 'look:snow', 'plan']);
});

test('two repetitions of one name end the run with the fix [steps.as]', async () => {
  desk.receiver.behave(filing);
  const run = await desk.start('named-twice');
  expect((await desk.ended(run)).end).toEqual({
    code: 'invalid-job',
    sentence: 'Two repetitions of "look" are named "rain"; give each a name of its own.',
  });
});

test('a step that is tried gives its refusal as a value, and the job goes on [steps.try]', async () => {
  desk.receiver.behave(({ path }) =>
    path.includes('closed') ? { status: 410, body: { error: 'gone' } } : { status: 200, body: { text: path } },
  );
  const run = await desk.start('tried');
  expect((await desk.ended(run)).status).toBe('completed');
  expect(await desk.client.result(run.runId, { tenant: desk.tenant })).toEqual({ text: '/look?topic=rejected+410' });
});

test('a step that is tried gives an outage as a value and waits for nothing [steps.try]', async () => {
  desk.receiver.behave(({ path }) =>
    path.includes('closed') ? { status: 503, body: { error: 'later' } } : { status: 200, body: { text: path } },
  );
  const run = await desk.start('tried');
  expect((await desk.ended(run)).status).toBe('completed');
  expect(await desk.client.result(run.runId, { tenant: desk.tenant })).toEqual({ text: '/look?topic=unavailable' });
});

test('an agent that is tried gives what would have ended the run as a value [steps.try]', async () => {
  desk.receiver.behave(({ path }) => ({ status: 200, body: { text: path } }));
  desk.model.script(() => submit({ topic: 'forged', score: 5 }));
  const run = await desk.start('tried-agent');
  expect((await desk.ended(run)).status).toBe('completed');
  const { text } = (await desk.client.result(run.runId, { tenant: desk.tenant })) as { text: string };
  expect(decodeURIComponent(text.replaceAll('+', ' '))).toBe(
    '/look?topic=422 topic-on-file: The topic "forged" is not on file.',
  );
});

test('a run sleeps until a moment, shows it, and takes a moment that is past as no wait [steps.sleep-until]', async () => {
  desk.receiver.behave(filing);
  const before = Date.now();
  const run = await desk.start('sleep');
  const waitingFor = await eventually(
    async () => (await desk.client.view(run.runId, { tenant: desk.tenant })).waitingFor,
  );
  expect(waitingFor).toMatchObject({ kind: 'time', name: 'soon', sentence: 'The books open in two seconds.' });
  const ended = await desk.ended(run);
  expect(ended.status).toBe('completed');
  expect(Number(ended.closedAt) - before).toBeGreaterThan(1_900);
});

test('people are reminded of a wait, in the view and by what the job does for it, until it is over [steps.reminders]', async () => {
  desk.receiver.behave(filing);
  const run = await desk.start('reminded');
  const { client, tenant } = desk;
  const reminded = await eventually(async () => {
    const [listed] = (await client.list({ tenant, status: 'waiting' })).filter(({ runId }) => runId === run.runId);
    return (listed?.waitingFor?.reminders ?? 0) >= 2 ? listed?.waitingFor : undefined;
  });
  expect(reminded).toMatchObject({ kind: 'signal', name: 'release' });
  await client.signal(run.runId, { name: 'release', actor: 'ada', tenant });
  expect((await desk.ended(run)).status).toBe('completed');
  const steps = await stepsOf(run.runId);
  expect(steps.filter((step) => step.startsWith('look:reminder-')).length).toBeGreaterThanOrEqual(2);
});
