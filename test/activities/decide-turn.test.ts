import { expect, test } from '@jest/globals';
import { decideTurn } from '../../activities/decide-turn.ts';
import type { ModelAnswer } from '../../activities/models/dialect.ts';
import { uniqueIds } from '../../activities/transcript.ts';
import { probe } from '../fixtures/probe/job.ts';

const agent = probe.agents['ask'] as NonNullable<(typeof probe.agents)[string]>;

function answer(calls: readonly [string, string][], more: Partial<ModelAnswer> = {}): ModelAnswer {
  const asked = calls.map(([name, text], index) => ({ id: `id-${index}`, name, arguments: text }));
  return { raw: {}, calls: asked, text: '', refusal: undefined, cut: false, model: 'm', usage: undefined, ...more };
}

function decide(given: ModelAnswer): ReturnType<typeof decideTurn> {
  return decideTurn(agent, { answer: given, seq: 2, ids: given.calls.map((call) => call.id) });
}

test('a valid tool call is planned with the place of its result [model.tool-errors-name-the-field]', () => {
  const decided = decide(answer([['look', '{"topic":"rain"}']]));
  expect(decided.decision).toMatchObject({
    kind: 'tools',
    failed: [],
    calls: [{ tool: 'look', index: 0, at: 3, changes: false }],
  });
  expect(decided).toMatchObject({ told: [], cursor: 4 });
});

test.each([
  { what: 'an unknown tool', tool: 'peek', text: '{}', problem: 'There is no tool "peek"; offered are: look, submit.' },
  {
    what: 'arguments that are no JSON',
    tool: 'look',
    text: '{"topic":',
    problem: 'The arguments are not a JSON object.',
  },
  {
    what: 'arguments encoded twice',
    tool: 'look',
    text: '"{\\"topic\\":1}"',
    problem: 'The arguments are not a JSON object.',
  },
  {
    what: 'half a character',
    tool: 'look',
    text: String.raw`{"topic":"\ud800"}`,
    problem: 'The arguments are not a JSON object.',
  },
  {
    what: 'nesting without end',
    tool: 'look',
    text: `{"topic":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
    problem: 'The arguments are not a JSON object.',
  },
  {
    what: 'a field of the wrong type',
    tool: 'look',
    text: '{"topic":1}',
    problem: 'topic: expected string, received number',
  },
  { what: 'an unknown field', tool: 'look', text: '{"topic":"rain","colour":"red"}', problem: 'colour' },
  { what: 'an output without a field', tool: 'submit', text: '{"topic":"rain"}', problem: 'score' },
])('$what goes back to the model before any effect [model.tool-errors-name-the-field]', ({ tool, text, problem }) => {
  const decided = decide(answer([[tool, text]]));
  expect(decided.decision.kind).toBe('again');
  expect(decided.told).toEqual([
    {
      seq: 3,
      message: { role: 'tool', id: 'id-0', content: expect.stringContaining(JSON.stringify(problem).slice(1, -1)) },
    },
  ]);
});

test('a valid call goes on while an invalid one beside it is answered at once', () => {
  const decided = decide(
    answer([
      ['look', '{}'],
      ['look', '{"topic":"rain"}'],
    ]),
  );
  expect(decided.decision).toMatchObject({ kind: 'tools', calls: [{ index: 1, at: 4 }] });
  expect(decided.told.map((told) => told.seq)).toEqual([3]);
  expect(decided.cursor).toBe(5);
});

test('an output handed in beside another call is not accepted and nothing is done [model.submit]', () => {
  const decided = decide(
    answer([
      ['look', '{"topic":"rain"}'],
      ['submit', '{"topic":"rain","score":1}'],
    ]),
  );
  expect(decided.decision.kind).toBe('again');
  expect(decided.told).toHaveLength(2);
});

test('an output alone is submitted with its facts and the place of its answer [model.submit]', () => {
  const decided = decide(answer([['submit', '{"topic":"rain","score":7}']]));
  expect(decided.decision).toMatchObject({ kind: 'submitted', facts: { score: 7 }, at: 3, id: 'id-0' });
  expect(new TextDecoder().decode(decided.output?.bytes)).toBe('{"score":7,"topic":"rain"}');
});

test('an answer without a tool call is told so, a cut one with the reason', () => {
  expect(decide(answer([])).told[0]?.message).toMatchObject({
    role: 'user',
    content: expect.stringContaining('called no tool'),
  });
  expect(decide(answer([], { cut: true })).told[0]?.message).toMatchObject({
    content: expect.stringContaining('cut at the token limit'),
  });
});

test('a refusal of any length and with any characters is one short line for people [endpoint.refusal]', () => {
  const { decision } = decide(answer([], { refusal: `No.\u001b[2J\u0000\n${'x'.repeat(5_000_000)}` }));
  expect(decision).toMatchObject({
    kind: 'refused',
    sentence: expect.stringMatching(/^The model refused: No\. \[2J x+…$/),
  });
  expect(JSON.stringify(decision).length).toBeLessThan(1_000);
});

test('a refusal goes to the workflow and never to another prompt', () => {
  expect(decide(answer([], { refusal: 'I will not.' })).decision).toEqual({
    kind: 'refused',
    sentence: 'The model refused: I will not.',
  });
});

test('missing and repeated tool call ids are replaced, good ones stay', () => {
  expect(uniqueIds(['a', '', 'a', 'b'], new Set(['b']), 5)).toEqual(['a', 'call_5_1', 'call_5_2', 'call_5_3']);
});

test('of very many calls at once thirty-two are taken, and each of the others is told so', () => {
  const asked = Array.from({ length: 40 }, (_, index): [string, string] => ['look', `{"topic":"${index}"}`]);
  const decided = decide(answer(asked));
  expect(decided.decision).toMatchObject({ kind: 'tools', failed: [] });
  expect('calls' in decided.decision ? decided.decision.calls : []).toHaveLength(32);
  expect(decided.told.map(({ seq }) => seq)).toEqual([35, 36, 37, 38, 39, 40, 41, 42]);
  expect(decided.told[0]?.message).toMatchObject({ content: expect.stringContaining('at most 32 calls') });
  expect(decided.cursor).toBe(43);
});

test('a decision stays small in the history whatever the model says', () => {
  const nonsense = Array.from({ length: 500 }, (_, index): [string, string] => [
    'n'.repeat(500),
    `${index}`.repeat(900),
  ]);
  expect(JSON.stringify(decide(answer(nonsense)).decision).length).toBeLessThan(8_192);
});

test('a bug in the facts of an agent ends its run instead of paying for another answer', () => {
  const broken = { ...agent, resultFacts: () => JSON.parse('no facts') };
  const given = { answer: answer([['submit', '{"topic":"rain","score":7}']]), seq: 2, ids: ['id-0'] };
  expect(() => decideTurn(broken, given)).toThrow(
    expect.objectContaining({ code: 'invalid-job', message: expect.stringContaining('`resultFacts` failed') }),
  );
});

test('an id of our own never meets one of the provider', () => {
  expect(uniqueIds(['call_5_1', '', ''], new Set(['call_5_2']), 5)).toEqual(['call_5_1', 'call_5_1_', 'call_5_2_']);
});
