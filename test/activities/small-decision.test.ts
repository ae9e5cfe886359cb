import { expect, test } from '@jest/globals';
import { defineTool } from 'holdfast';
import { z } from 'zod';
import { decideTurn } from '../../activities/decide-turn.ts';
import { toolsInRun } from '../../activities/named-tools.ts';
import type { ModelAnswer } from '../../activities/models/dialect.ts';
import { MAX_PAYLOAD_BYTES } from '../../domain/payload.ts';
import { shortCall } from '../../domain/planned-call.ts';
import { probe } from '../fixtures/probe/job.ts';

const SEQ = 1_234;
const agent = probe.agents['ask'] as NonNullable<(typeof probe.agents)[string]>;

// With what else a turn hands to the workflow: how it was routed, and its input.
function bytesOf({ decision, cursor }: ReturnType<typeof decideTurn>): number {
  const { failed = [], ...rest } = { failed: undefined, ...decision };
  const calls = rest.kind === 'tools' ? rest.calls.map((call) => shortCall(call, SEQ)) : [];
  const value = { ...rest, message: SEQ, calls, failed, cursor, input: 'r'.repeat(22), routed: { rungs: 12 } };
  return Buffer.byteLength(JSON.stringify({ kind: 'committed', value }));
}

function decide(name: string, calls: readonly [string, string][]): ReturnType<typeof decideTurn> {
  const file = defineTool({
    name,
    version: 1,
    effect: 'write',
    class: 'D',
    input: z.object({ a: z.number() }),
    output: z.unknown(),
    send: async () => null,
  });
  const writing = { ...agent, tools: { file } };
  const tools = toolsInRun({ name: 'ask', agent: writing }, undefined);
  const asked = calls.map(([called, text], index) => ({ id: `id-${index}`, name: called, arguments: text }));
  const answer: ModelAnswer = {
    raw: {},
    calls: asked,
    text: '',
    refusal: undefined,
    cut: false,
    model: 'm',
    usage: undefined,
  };
  const [alias = ''] = tools.map((tool) => tool.alias);
  const named = { ...answer, calls: asked.map((call) => (call.name === '' ? { ...call, name: alias } : call)) };
  return decideTurn(writing, { answer: named, seq: SEQ, ids: asked.map(({ id }) => id) }, tools);
}

test.each(['n'.repeat(128), '漢'.repeat(128), '😀'.repeat(64), `${'"'.repeat(127)}x`])(
  'of many calls of a tool with a long name as many are taken as the history may hold, and the others are told so [model.tool-errors-name-the-field]: %s',
  (name) => {
    const decided = decide(
      name,
      Array.from({ length: 32 }, (_, index) => ['', `{"a":${index}}`]),
    );
    const calls = decided.decision.kind === 'tools' ? decided.decision.calls : [];
    expect(bytesOf(decided)).toBeLessThan(MAX_PAYLOAD_BYTES);
    expect(calls.length).toBeGreaterThan(8);
    expect(calls.map(({ index }) => index)).toEqual(calls.map((_, index) => index));
    expect(decided.told.map(({ seq }) => seq)).toEqual(
      Array.from({ length: 32 - calls.length }, (_, index) => SEQ + 1 + calls.length + index),
    );
    expect(decided.told[0]?.message).toMatchObject({
      content:
        '{"error":"Nothing was done: this is too much for one turn; call it again after the results of the other calls are in."}',
    });
    expect(decided.cursor).toBe(SEQ + 33);
  },
);

test('calls with and without success stay small together in the history, whatever they are named', () => {
  const odd = Array.from({ length: 32 }, (_, index): [string, string] =>
    index % 2 === 0 ? ['', `{"a":${index}}`] : [`${'\u0001'.repeat(62)}${index}`, `{"a":${index}}`],
  );
  expect(bytesOf(decide('漢'.repeat(128), odd))).toBeLessThan(MAX_PAYLOAD_BYTES);
  expect(
    bytesOf(
      decide(
        'n',
        odd.map(([, text], index) => [`${'\u0001漢'.repeat(31)}${index}`, text]),
      ),
    ),
  ).toBeLessThan(MAX_PAYLOAD_BYTES);
});

test('one call beside many equal ones is taken, and all of them get its result', () => {
  const decided = decide(
    '漢'.repeat(128),
    Array.from({ length: 32 }, () => ['', '{"a":1}']),
  );
  expect(decided.decision).toMatchObject({
    kind: 'tools',
    calls: [{ also: Array.from({ length: 31 }, (_, at) => at + 1) }],
  });
});
