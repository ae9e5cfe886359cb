import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { closeRehearsals, rehearse } from 'holdfast/testing';
import { errand } from './errand/job.ts';
import { message, right, ticket } from './errand/right.ts';
import { onSharedStack } from './on-shared-stack.ts';

beforeAll(onSharedStack);
afterAll(closeRehearsals);

test('a rehearsal runs a job with a scripted model and receivers that are made from its tools [testing.real]', async () => {
  const result = await rehearse(errand, right);
  expect(result).toMatchObject({
    status: 'completed',
    result: { title: 'Lift stuck', priority: 'high', id: expect.stringMatching(/^id-[0-9a-f]{8}$/) },
    effects: [{ tool: 'open_ticket', times: 1, input: ticket }],
    modelCalls: 1,
    kills: [],
    steps: ['plan', 'triage/turn-1', 'openTicket', 'openTicket/read-back'],
  });
  expect(result.end).toBeUndefined();
  expect(result.requests).toMatchObject([
    { system: 'desk', tool: 'open_ticket', act: 'send', method: 'POST', path: '/tickets', body: ticket },
    { act: 'read-back', method: 'GET', path: '/tickets', query: { title: 'Lift stuck' }, key: undefined },
  ]);
  expect(result.requests[0]?.key).toBe(result.effects[0]?.key);
});

test('a rehearsal of the same input can be had again [testing.fast]', async () => {
  const first = await rehearse(errand, right);
  for (const _ of Array(3)) {
    const next = await rehearse(errand, right);
    expect(next.result).toEqual(first.result);
    expect(next.effects[0]?.key).not.toBe(first.effects[0]?.key);
  }
});

test('a rehearsal sees nothing of another one that runs at the same time with the same input [testing.apart]', async () => {
  const titles = ['One', 'Two', 'Three'];
  const results = await Promise.all(
    titles.map((title) => rehearse(errand, { ...right, script: { triage: [{ submit: { ...ticket, title } }] } })),
  );
  expect(results.map(({ effects }) => effects.map(({ input }) => input))).toEqual(
    titles.map((title) => [{ ...ticket, title }]),
  );
  expect(results.map(({ result, requests }) => [result?.title, requests.length])).toEqual(
    titles.map((title) => [title, 2]),
  );
});

test.each(['natural', 'asked', 'blind'] as const)(
  'a rehearsal counts one effect of a tool that goes %s, and its receiver answers by its schema [testing.effects]',
  async (goes) => {
    const result = await rehearse(errand, { ...right, input: { message, goes } });
    expect(result).toMatchObject({ status: 'completed', effects: [{ tool: `open_${goes}`, times: 1 }] });
  },
);

test('a receiver that the test gives answers in the place of the fake one, and sees what the tool was called with [testing.real]', async () => {
  const seen: unknown[] = [];
  const result = await rehearse(errand, {
    ...right,
    receivers: {
      desk: (request) => {
        seen.push([request.tool, request.act, request.step, request.input]);
        return request.act === 'send' ? { status: 201, json: { ...ticket, id: 'T-1' } } : undefined;
      },
    },
  });
  expect(result).toMatchObject({ status: 'completed', result: { id: 'T-1' }, effects: [{ times: 1 }] });
  expect(seen).toEqual([
    ['open_ticket', 'send', 'openTicket', ticket],
    ['open_ticket', 'read-back', 'openTicket/read-back', ticket],
  ]);
});

test('a receiver that the test gives that lies when it is read back leaves the effect to a person, whom the test plays [testing.given]', async () => {
  const lying = {
    ...right,
    receivers: {
      desk: ({ act }: { act: string }) =>
        act === 'read-back' ? { status: 200, json: { ...ticket, title: 'Another' } } : undefined,
    },
  };
  const asked = await rehearse(errand, lying);
  expect(asked).toMatchObject({
    status: 'waiting',
    waitingFor: { kind: 'answer', question: 'unknown-effect', sentence: expect.stringContaining('Another') },
    effects: [{ times: 1 }],
  });
  const answered = await rehearse(errand, { ...lying, answers: [{ answer: { kind: 'happened' } }] });
  expect(answered).toMatchObject({ status: 'completed', effects: [{ times: 1 }] });
});

test('a receiver that the test gives that refuses ends the run, and nothing counts as done [testing.effects]', async () => {
  const result = await rehearse(errand, {
    ...right,
    receivers: { desk: async () => ({ status: 422, json: { message: 'The desk is closed.' } }) },
  });
  expect(result).toMatchObject({
    status: 'failed',
    end: { code: 'refused-by-receiver', sentence: expect.stringContaining('The desk is closed.') },
    effects: [],
  });
  expect(result.requests).toHaveLength(1);
});

test('a receiver that the test gives that throws ends the rehearsal with what it said [testing.refused]', async () => {
  const desk = (): never => {
    throw new Error('No such desk.');
  };
  await expect(rehearse(errand, { ...right, receivers: { desk } })).rejects.toMatchObject({
    code: 'invalid-input',
    message: 'The receiver failed at /systems/desk/tickets: No such desk.',
  });
});

const itself: { self?: unknown } = {};
itself.self = itself;

test.each<[string, unknown, string]>([
  ['what is no JSON', { status: 200, json: itself }, 'cannot be written as JSON (Converting circular structure'],
  ['a number that JSON has not', { status: 200, json: 1n }, 'cannot be written as JSON'],
  ['a function', { status: 200, json: () => 1 }, 'holds a function, which is no JSON'],
  ['a status that there is not', { status: 99 }, 'has the status 99; answer { status, json }'],
  ['no status', 'done', 'has no status'],
])(
  'a receiver that the test gives that answers %s ends the rehearsal at once [testing.refused]',
  async (_what, answer, part) => {
    const started = performance.now();
    // Callers without types may give anything.
    await expect(rehearse(errand, { ...right, receivers: { desk: () => answer as never } })).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining(`What the receiver of "desk" answered ${part}`),
    });
    expect(performance.now() - started).toBeLessThan(10_000);
  },
);
