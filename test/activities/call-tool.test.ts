import { beforeEach, expect, test } from '@jest/globals';
import { createCallTool } from '../../activities/call-tool.ts';
import type { CallToolInput } from '../../activities/types.ts';
import type { Json } from '../../domain/canonical.ts';
import type { BlobRef } from '../../domain/ids.ts';
import type { Outcome } from '../../domain/outcome.ts';
import { JobError } from '../../domain/errors.ts';
import { pinDefinition } from '../../jobs/definition.ts';
import { desk } from '../fixtures/desk/job.ts';
import { probe } from '../fixtures/probe/job.ts';
import { dependenciesOf, environment, type RecordingGate, recordingGate, TENANT } from './recording-gate.ts';

const RESULT = { kind: 'result', ref: 'x'.repeat(22), facts: {} } as const;

let gate: RecordingGate;
let definition: BlobRef;

beforeEach(() => {
  gate = recordingGate();
  gate.answer(({ stepPath }) => ({
    kind: 'committed',
    value: stepPath.endsWith('/read-back') ? { difference: '' } : RESULT,
  }));
  ({ definition } = dependenciesOf(desk, gate));
});

function callTool(
  input: Partial<CallToolInput> & { input: CallToolInput['input'] },
  attempt = 1,
): Promise<Outcome<unknown>> {
  const { dependencies } = dependenciesOf(desk, gate);
  const asked = { tenant: TENANT, definition, tool: 'look', ...input };
  return environment('look#2', attempt).run(createCallTool(dependencies), asked);
}

test.each<[string, unknown, string]>([
  ['an unknown field', { topic: 'rain', colour: 'red' }, 'colour'],
  ['a field of the wrong type', { topic: 1 }, 'topic: expected string, received number'],
  ['no field at all', {}, 'topic: expected string, received undefined'],
  ['nothing', null, 'the value: expected object, received null'],
])('a step that is given %s is refused by name and the gate is never asked', async (_name, value, problem) => {
  await expect(callTool({ input: { value } })).rejects.toMatchObject({
    type: 'invalid-input',
    nonRetryable: true,
    message: expect.stringMatching(/^What the step "look#2" was given does not fit: /),
  });
  await expect(callTool({ input: { value } })).rejects.toMatchObject({ message: expect.stringContaining(problem) });
  expect(gate.performed).toEqual([]);
});

test('a call goes to the gate with the place, the class and the pinned data class', async () => {
  const outcome = await callTool({ tool: 'note', input: { value: { topic: 'rain' } } });
  expect(outcome).toMatchObject({ kind: 'committed', value: { ref: RESULT.ref } });
  expect(gate.performed[0]).toMatchObject({
    tenant: TENANT,
    runId: `desk.${'x'.repeat(22)}`,
    stepPath: 'look#2',
    name: 'note',
    effect: 'write',
    class: 'A',
    keyTtlMs: 86_400_000,
    timeoutMs: 10_000,
    target: { system: 'receiver' },
    dataClass: 'confidential',
    args: { topic: 'rain' },
    facts: { topic: 'rain' },
  });
});

test('what a step is given by reference is read and checked in the same way', async () => {
  await callTool({ input: { ref: gate.keep({ topic: 'snow' }) } });
  expect(gate.performed[0]).toMatchObject({ args: { topic: 'snow' } });
  await expect(callTool({ input: { ref: gate.keep({ topic: 7 }) } })).rejects.toMatchObject({ type: 'invalid-input' });
});

test('a run that was started with another form of a tool waits for a worker that has it [jobs.pinned]', async () => {
  const pinned = pinDefinition(desk);
  definition = gate.keep({ ...pinned, tools: { ...pinned.tools, look: 'of another time' } });
  await expect(callTool({ input: { value: { topic: 'rain' } } })).rejects.toMatchObject({
    type: 'definition-changed',
    nonRetryable: false,
    message: expect.stringContaining('tool "look"'),
  });
  expect(gate.performed).toEqual([]);
});

test('a run of a job that this worker does not know waits for a worker that does [jobs.pinned]', async () => {
  definition = gate.keep(pinDefinition(probe));
  await expect(callTool({ input: { value: { topic: 'rain' } } })).rejects.toMatchObject({
    type: 'definition-changed',
    nonRetryable: false,
    message: expect.stringContaining('job "probe"'),
  });
});

test.each<[string, unknown, string]>([
  ['does not fit', 'HTML', 'The answer of "look" does not fit'],
  ['cannot be kept', { text: 'half a \ud800 character' }, 'The answer of "look" cannot be kept'],
])('a read whose answer %s is an outage of its system, and an effect is unknown', async (_why, said, sentence) => {
  gate.answer(async (_call, adapter) => {
    const context = { http: { get: async () => said, post: async () => said } } as never;
    return { kind: 'committed', value: (await adapter.send(context)).result as Json };
  });
  expect(await callTool({ input: { value: { topic: 'rain' } } }, 3)).toMatchObject({
    kind: 'unavailable',
    why: 'invalid-response',
    sentence: expect.stringContaining(sentence),
  });
  expect(await callTool({ tool: 'note', input: { value: { topic: 'rain' } } })).toMatchObject({
    kind: 'unknown',
    sentence: expect.stringContaining('"note" was carried out, but its answer cannot be read; a person must look'),
  });
});

test.each<[string, Outcome<Json>, object]>([
  ['agrees', { kind: 'committed', value: { difference: '' } }, { kind: 'committed' }],
  [
    'differs',
    { kind: 'committed', value: { difference: 'topic is snow instead of rain' } },
    { kind: 'unknown', sentence: expect.stringContaining('topic is snow instead of rain') },
  ],
  [
    'is refused',
    { kind: 'rejected', status: 404, sentence: 'Not there.' },
    { kind: 'unknown', sentence: expect.stringContaining('cannot be read back: Not there.') },
  ],
])('an effect whose read-back %s is told as such [gate.read-back]', async (_name, readBack, outcome) => {
  gate.answer(({ stepPath }) => (stepPath.endsWith('/read-back') ? readBack : { kind: 'committed', value: RESULT }));
  expect(await callTool({ tool: 'note', input: { value: { topic: 'rain' } } })).toMatchObject(outcome);
  expect(gate.performed.map(({ stepPath, effect }) => `${stepPath} ${effect}`)).toEqual([
    'look#2 write',
    'look#2/read-back read',
  ]);
  expect(gate.performed[1]).not.toHaveProperty('identity');
});

test('however much a receiver says in a wrong form, what is told of it stays short', async () => {
  const said = { topic: 'rain', ['k'.repeat(100_000)]: 1 };
  gate.answer(async (_call, adapter) => {
    const context = { http: { get: async () => said, post: async () => ({ text: 'kept' }) } } as never;
    return { kind: 'committed', value: (await adapter.send(context)).result as Json };
  });
  const outcome = await callTool({ tool: 'note', input: { value: { topic: 'rain' } } });
  expect(outcome).toMatchObject({ kind: 'unknown', sentence: expect.stringContaining('Unrecognized key: "kkk') });
  expect(JSON.stringify(outcome).length).toBeLessThan(1_000);
});

test('what the gate refuses ends by its code', async () => {
  gate.answer(() => {
    throw new JobError('not-cleared', 'Not for this data.');
  });
  await expect(callTool({ input: { value: { topic: 'rain' } } })).rejects.toMatchObject({
    type: 'not-cleared',
    nonRetryable: true,
  });
});
