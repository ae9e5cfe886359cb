import { expect, test } from '@jest/globals';
import { defineTool } from 'holdfast';
import { z } from 'zod';
import { canonicalJson } from '../../domain/canonical.ts';
import { decideTurn } from '../../activities/decide-turn.ts';
import { toolsInRun } from '../../activities/named-tools.ts';
import type { ModelAnswer } from '../../activities/models/dialect.ts';
import { uniqueIds } from '../../activities/transcript.ts';
import { probe } from '../fixtures/probe/job.ts';

const agent = probe.agents['ask'] as NonNullable<(typeof probe.agents)[string]>;
const offered = toolsInRun({ name: 'ask', agent }, undefined);

function answer(calls: readonly [string, string][], more: Partial<ModelAnswer> = {}): ModelAnswer {
  const asked = calls.map(([name, text], index) => ({ id: `id-${index}`, name, arguments: text }));
  return { raw: {}, calls: asked, text: '', refusal: undefined, cut: false, model: 'm', usage: undefined, ...more };
}

function decide(given: ModelAnswer): ReturnType<typeof decideTurn> {
  return decideTurn(agent, { answer: given, seq: 2, ids: given.calls.map((call) => call.id) }, offered);
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
  {
    what: 'an unknown tool',
    tool: 'peek',
    text: '{}',
    problem: 'There is no tool "peek"; offered are: look, submit. Nothing was done.',
  },
  {
    what: 'a misspelt tool',
    tool: 'Look_',
    text: '{}',
    problem: 'There is no tool "Look_"; the nearest name is "look"; offered are: look, submit. Nothing was done.',
  },
  {
    what: 'a call without a name',
    tool: '',
    text: '{}',
    problem: 'There is no tool ""; offered are: look, submit. Nothing was done.',
  },
  {
    what: 'arguments that end too early',
    tool: 'look',
    text: '{"topic":"ra',
    problem: 'The arguments are not a JSON object: they cannot be read (Unterminated string in JSON at position 12',
  },
  {
    what: 'arguments encoded twice',
    tool: 'look',
    text: '"{\\"topic\\":\\"rain\\"}"',
    problem:
      'The arguments are not a JSON object: they are a JSON text that holds the object, which was encoded twice; send the object itself. Nothing was done.',
  },
  {
    what: 'a list of arguments',
    tool: 'look',
    text: '["rain"]',
    problem: 'they are a list; send an object with the fields of the tool. Nothing was done.',
  },
  {
    what: 'half a character',
    tool: 'look',
    text: String.raw`{"topic":"\ud800"}`,
    problem: 'they cannot be kept (The value has a part that JSON cannot hold.)',
  },
  {
    what: 'a character outside a string that a message of the engine would halve',
    tool: 'look',
    text: '{"topic":😀}',
    problem: 'they cannot be read (Unexpected token',
  },
  {
    what: 'nothing but such a character',
    tool: 'look',
    text: '😀',
    problem: 'they cannot be read (Unexpected token',
  },
  {
    what: 'a tool name that is cut within a character',
    tool: `${'n'.repeat(79)}😀`,
    text: '{}',
    problem: `There is no tool "${'n'.repeat(79)}\ufffd"; offered are: look, submit. Nothing was done.`,
  },
  {
    what: 'a reason that is cut within a character',
    tool: 'look',
    text: `{"topic":"${'x'.repeat(60)}" ${'😀'.repeat(200)}`,
    problem: 'they cannot be read (',
  },
  {
    what: 'an integer that would become another one',
    tool: 'look',
    text: '{"topic":[{"account": -12345678901234567890}]}',
    problem:
      'The arguments hold the integer -12345678901234567890, which would become -12345678901234567000; send one of at most 9007199254740991, or a text where the field takes one. Nothing was done.',
  },
  {
    what: 'nesting without end',
    tool: 'look',
    text: `{"topic":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
    problem: 'they cannot be kept (The value is nested deeper than 500 levels.)',
  },
  {
    what: 'a field of the wrong type',
    tool: 'look',
    text: '{"topic":1}',
    problem:
      'The arguments do not fit: topic: expected string, received number. Its fields are: topic. Nothing was done.',
  },
  {
    what: 'a missing field',
    tool: 'look',
    text: '{}',
    problem: 'topic: expected string, received undefined. Its fields are: topic. Nothing was done.',
  },
  {
    what: 'an unknown field',
    tool: 'look',
    text: '{"topic":"rain","colour":"red"}',
    problem: 'Unrecognized key: "colour". Its fields are: topic. Nothing was done.',
  },
  {
    what: 'an output without a field',
    tool: 'submit',
    text: '{"topic":"rain"}',
    problem: 'score: expected number, received undefined. Its fields are: topic, score. Nothing was done.',
  },
])('$what goes back to the model before any effect [model.tool-errors-name-the-field]', ({ tool, text, problem }) => {
  const decided = decide(answer([[tool, text]]));
  expect(decided.decision.kind).toBe('again');
  expect(decided.told).toEqual([{ seq: 3, message: { role: 'tool', id: 'id-0', content: expect.any(String) } }]);
  const [told] = decided.told;
  const content = told?.message.role === 'tool' ? told.message.content : '{}';
  expect(JSON.parse(content)).toEqual({ error: expect.stringContaining(problem) });
});

test('the same change asked for twice in one answer is planned once, and both calls get its result [model.once-in-one-answer]', () => {
  const file = defineTool({
    name: 'file.note',
    version: 1,
    effect: 'write',
    class: 'D',
    input: z.object({ a: z.string(), b: z.number() }),
    output: z.unknown(),
    send: async () => null,
  });
  const writing = { ...agent, tools: { ...agent.tools, file } };
  const calls: readonly [string, string][] = [
    ['file_note', '{"a":"x","b":1}'],
    ['file_note', '{ "b": 1.0, "a": "x" }'],
    ['look', '{"topic":"rain"}'],
    ['look', '{"topic":"rain"}'],
    ['file_note', '{"a":"x","b":2}'],
    ['file_note', '{"a":"x","b":1}'],
    ['file_note', '{"a":"x"}'],
  ];
  const given = { answer: answer(calls), seq: 2, ids: calls.map((_, index) => `id-${index}`) };
  const { decision, told, cursor } = decideTurn(writing, given, toolsInRun({ name: 'ask', agent: writing }, undefined));
  const planned = decision.kind === 'tools' ? decision.calls : [];
  expect(planned.map(({ tool, alias, index, also }) => [tool, alias, index, also])).toEqual([
    ['file.note', 'file_note', 0, [1, 5]],
    ['look', undefined, 2, undefined],
    ['look', undefined, 3, undefined],
    ['file.note', 'file_note', 4, undefined],
  ]);
  expect([told.map(({ seq }) => seq), cursor]).toEqual([[9], 10]);
});

test('a tool outside of what an agent is given in a run is refused like an unknown one [model.subset-of-tools]', () => {
  const none = toolsInRun({ name: 'ask', agent }, []);
  const given = { answer: answer([['look', '{"topic":"rain"}']]), seq: 2, ids: ['id-0'] };
  const { decision, told } = decideTurn(agent, given, none);
  expect(decision.kind).toBe('again');
  expect(told[0]?.message).toMatchObject({
    content: '{"error":"There is no tool \\"look\\"; offered are: submit. Nothing was done."}',
  });
});

test('a tool that an agent does not have cannot be given to it [model.subset-of-tools]', () => {
  for (const name of ['peek', 'toString', '']) {
    expect(() => toolsInRun({ name: 'ask', agent }, ['look', name])).toThrow(
      expect.objectContaining({
        code: 'invalid-input',
        message: `The agent "ask" has no tool "${name}" to be given; it has: look.`,
      }),
    );
  }
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

test('what was called without success is kept in whole characters [model.tool-errors-name-the-field]', () => {
  const { decision } = decide(answer([[`${'n'.repeat(63)}😀`, '{}']]));
  expect(() => canonicalJson(decision)).not.toThrow();
});

test('a bug in the facts of an agent ends its run instead of paying for another answer', () => {
  const broken = { ...agent, resultFacts: () => JSON.parse('no facts') };
  const given = { answer: answer([['submit', '{"topic":"rain","score":7}']]), seq: 2, ids: ['id-0'] };
  expect(() => decideTurn(broken, given, offered)).toThrow(
    expect.objectContaining({ code: 'invalid-job', message: expect.stringContaining('`resultFacts` failed') }),
  );
});

test('an id of our own never meets one of the provider', () => {
  expect(uniqueIds(['call_5_1', '', ''], new Set(['call_5_2']), 5)).toEqual(['call_5_1', 'call_5_1_', 'call_5_2_']);
});
