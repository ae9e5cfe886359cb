import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type AskedTurn, closeRehearsals, rehearse } from 'holdfast/testing';
import { errand } from './errand/job.ts';
import { right, ticket } from './errand/right.ts';
import { onSharedStack } from './on-shared-stack.ts';

beforeAll(onSharedStack);
afterAll(closeRehearsals);

const made = { status: 'completed', effects: [{ times: 1, input: ticket }] };
const wrong = { ...ticket, quote: 'fourth floor' };

test('a scripted agent that errs is told what is wrong and mends it [testing.script]', async () => {
  const asked: AskedTurn[] = [];
  const result = await rehearse(errand, {
    ...right,
    script: {
      triage: (turn) => {
        asked.push(turn);
        return { submit: turn.turn === 1 ? wrong : ticket };
      },
    },
  });
  expect(result).toMatchObject({ ...made, modelCalls: 2 });
  expect(asked).toMatchObject([
    { agent: 'triage', turn: 1, step: 'triage/turn-1' },
    { agent: 'triage', turn: 2, step: 'triage/turn-2' },
  ]);
  expect(JSON.stringify(asked[1]?.messages.at(-1))).toContain('fourth floor');
});

test('a scripted agent calls tools, several at once too, and is answered by their schemas [testing.script]', async () => {
  const anna = { call: 'find_contact', with: { name: 'Anna' } };
  let told = '';
  const result = await rehearse(errand, {
    ...right,
    script: {
      triage: ({ turn, messages }) => {
        if (turn === 1) return anna;
        told ||= JSON.stringify(messages.at(-1));
        return turn === 2 ? { calls: [anna, { call: 'find_contact', with: { name: 'Ben' } }] } : { submit: ticket };
      },
    },
  });
  expect(result).toMatchObject({ ...made, modelCalls: 3 });
  expect(result.requests.map(({ tool, query }) => [tool, query])).toEqual([
    ...['Anna', 'Anna', 'Ben'].map((name) => ['find_contact', { name }]),
    ['open_ticket', {}],
    ['open_ticket', { title: 'Lift stuck' }],
  ]);
  expect(told).toMatch(/someone@example\.com.*Anna/);
});

test('a scripted agent only talks, and is asked again [testing.script]', async () => {
  const result = await rehearse(errand, {
    ...right,
    script: { triage: [{ say: 'Let me see.' }, { submit: ticket }] },
  });
  expect(result).toMatchObject({ ...made, modelCalls: 2 });
});

test.each(['server-error', 'timeout', 'connection-lost', 'rate-limited'] as const)(
  'a scripted agent whose endpoint fails by %s is asked again [testing.script]',
  async (fail) => {
    const result = await rehearse(errand, { ...right, script: { triage: [{ fail }, { submit: ticket }] } });
    expect(result).toMatchObject({ ...made, modelCalls: 1 });
  },
);

test('a scripted agent that refuses leaves the output to a person, whom the test plays [testing.given]', async () => {
  const refusing = { ...right, script: { triage: [{ refuse: 'I do not open tickets.' }] } };
  expect(await rehearse(errand, refusing)).toMatchObject({
    status: 'waiting',
    waitingFor: { kind: 'answer', question: 'correction' },
    effects: [],
  });
  const corrected = { answer: { kind: 'corrected', output: ticket } } as const;
  expect(await rehearse(errand, { ...refusing, answers: [corrected] })).toMatchObject(made);
});

test('a script that has run out ends the rehearsal at once, with agent, turn and what was said last [testing.script]', async () => {
  await expect(rehearse(errand, { ...right, script: { triage: [{ submit: wrong }] } })).rejects.toMatchObject({
    code: 'invalid-input',
    message: expect.stringMatching(
      /^The script of the agent "triage" has 1 turn, but it asks for turn 2 at triage\/turn-2 after it was told: .*fourth floor.*; add a turn, or mend those before it\.$/,
    ),
  });
});

test('a script that is missing for an agent which asks ends the rehearsal with its name [testing.script]', async () => {
  await expect(rehearse(errand, { ...right, script: {} })).rejects.toMatchObject({
    code: 'invalid-input',
    message:
      'The agent "triage" of "errand" asks its model at triage/turn-1, but the script has nothing for it; add `triage: [...]` to `script`.',
  });
});

test('a script that throws ends the rehearsal with its own words [testing.script]', async () => {
  const script = {
    triage: (): never => {
      throw new Error('Not today.');
    },
  };
  await expect(rehearse(errand, { ...right, script })).rejects.toMatchObject({
    code: 'invalid-input',
    message: 'The script of the agent "triage" failed at turn 1: Not today.',
  });
});

const itself: { self?: unknown } = {};
itself.self = itself;

test.each<[string, unknown, string]>([
  ['a promise', async () => ({ submit: ticket }), 'gives a promise at turn 1; a turn is one of { submit }'],
  ['nothing', [null], 'gives null at turn 1'],
  ['a text', ['hello'], 'gives a string at turn 1'],
  ['an object of another kind', [{ output: 1 }], 'an object of none of its kinds (output)'],
  ['a failure that there is not', [{ fail: 'flood' }], 'the failure "flood", which there is not, at turn 1'],
  ['one call as calls', [{ calls: { call: 'find_contact' } }], '`calls` that are no list'],
  ['what is no JSON', [{ submit: itself }], 'what cannot be written as JSON (Converting circular structure'],
])('a script that says %s ends the rehearsal at once and says so [testing.script]', async (_what, triage, part) => {
  const started = performance.now();
  // Callers without types may give anything.
  await expect(rehearse(errand, { ...right, script: { triage: triage as never } })).rejects.toMatchObject({
    code: 'invalid-input',
    message: expect.stringContaining(part),
  });
  expect(performance.now() - started).toBeLessThan(10_000);
});
