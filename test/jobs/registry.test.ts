import { expect, test } from '@jest/globals';
import { type Agent, defineAgent, defineJob, defineTool, defineVerifier, type Job, type Tool } from 'holdfast';
import { z } from 'zod';
import { createRegistry, workflowNameOf } from '../../jobs/registry.ts';

const Item = z.strictObject({ id: z.string() });
const prompt = new URL('../fixtures/probe/ask.md', import.meta.url);
const read = defineTool({
  name: 'look',
  version: 1,
  effect: 'read',
  input: Item,
  output: Item,
  send: async (item) => item,
});
const write = defineTool({
  name: 'file',
  version: 1,
  effect: 'write',
  class: 'D',
  input: Item,
  output: Item,
  send: async (item) => item,
});

interface Parts {
  name?: string;
  version?: number;
  budget?: { turns: number };
  tools?: { [name: string]: Tool };
  agents?: { [name: string]: Agent };
}

function jobWith({ tools, agents, ...parts }: Parts): Job {
  const base = {
    name: 'filing',
    version: 1,
    input: Item,
    output: Item,
    dataClass: 'internal',
    identity: (): string[] => ['x'],
    ...parts,
  } as const;
  return { ...defineJob(base), tools: tools ?? {}, agents: agents ?? {} };
}

function refusal(make: () => unknown): { code?: string; message?: string } {
  try {
    make();
  } catch (error) {
    return error as { code: string; message: string };
  }
  return {};
}

test('a registry refuses two jobs of one name [jobs.registration-refuses]', () => {
  expect(refusal(() => createRegistry([jobWith({}), jobWith({})]))).toMatchObject({
    code: 'invalid-job',
    message: 'Two jobs are named "filing"; rename one of them.',
  });
});

test('a registry answers an unknown name with the names it knows [jobs.registration-refuses]', () => {
  const registry = createRegistry([jobWith({})]);
  expect(refusal(() => registry.job('filling'))).toMatchObject({
    code: 'unknown-job',
    message: expect.stringContaining('known are: filing'),
  });
});

test.each([
  [['small', 'large', 'small'], 'names the endpoint "small" twice.'],
  ['abcdefghi'.split(''), 'names 9 endpoints; at most 8 are possible.'],
  [[], 'names no endpoint; leave `endpoints` out to use the default.'],
])('an agent with the endpoints %j is refused [jobs.registration-refuses]', (endpoints, problem) => {
  const agents = { ask: defineAgent({ input: Item, prompt, output: Item, endpoints }) };
  expect(refusal(() => createRegistry([jobWith({ agents })]))).toMatchObject({
    code: 'invalid-job',
    message: `The agent "ask" of "filing" ${problem}`,
  });
});

test('a class C tool without reconcile is refused even when the type checker was told otherwise [jobs.registration-refuses]', () => {
  const untyped = {
    name: 'wire',
    version: 1,
    effect: 'write',
    class: 'C',
    input: Item,
    output: Item,
    send: async () => ({}),
  };
  const wire = defineTool(untyped as unknown as Parameters<typeof defineTool>[0]);
  expect(refusal(() => createRegistry([jobWith({ tools: { wire } })]))).toMatchObject({
    code: 'invalid-job',
    message: expect.stringContaining('"wire" is of class C but has no `reconcile`'),
  });
});

test.each([
  ['a job name with capitals', { name: 'Filing' }, 'The job name "Filing"'],
  ['a version below one', { version: 0 }, 'has version 0'],
  ['more turns than possible', { budget: { turns: 201 } }, 'allows 201 turns; 1 to 200'],
  ['no turn at all', { budget: { turns: 0 } }, 'allows 0 turns; 1 to 200'],
])('a registry refuses %s [jobs.registration-refuses]', (_name, parts, sentence) => {
  expect(refusal(() => createRegistry([jobWith(parts)]))).toMatchObject({
    code: 'invalid-job',
    message: expect.stringContaining(sentence),
  });
});

test('an agent cannot have a tool named submit [jobs.registration-refuses]', () => {
  const submit = defineTool({
    name: 'submit',
    version: 1,
    effect: 'read',
    input: Item,
    output: Item,
    send: async (item) => item,
  });
  const agent = defineAgent({ input: Item, output: Item, prompt, tools: { submit } });
  expect(refusal(() => createRegistry([jobWith({ agents: { agent } })]))).toMatchObject({ code: 'invalid-job' });
});

test.each(['math.factorial', 'Spotify.play', 'two words', 'größe', '大小', 'Look', 'x'.repeat(128), '🎵'])(
  'a tool may be named %j, as others named it [jobs.tool-aliases]',
  (name) => {
    expect(createRegistry([jobWith({ tools: { named: { ...read, name } } })]).jobs).toHaveLength(1);
  },
);

test.each([
  '',
  ' look',
  'look ',
  'x'.repeat(129),
  'two\nlines',
  'bell\u0007',
  'half\ud800',
  'hidden\u200b',
  'turned\u202e',
  'e\u0301',
  '__proto__',
])('a tool cannot be named %j [jobs.registration-refuses]', (name) => {
  expect(refusal(() => createRegistry([jobWith({ tools: { named: { ...read, name } } })]))).toMatchObject({
    code: 'invalid-job',
    message: expect.stringContaining('is not 1 to 128 printable characters without a space at its ends'),
  });
});

test('a verifier that would write is refused [jobs.registration-refuses]', () => {
  const nosy = defineVerifier({
    name: 'nosy',
    version: 1,
    input: Item,
    output: Item,
    tools: { write },
    judge: () => ({ kind: 'pass' }),
  });
  const agent = defineAgent({ input: Item, output: Item, prompt, tools: { read }, verify: [nosy] });
  expect(refusal(() => createRegistry([jobWith({ agents: { agent } })]))).toMatchObject({
    code: 'invalid-job',
    message: expect.stringContaining('verifying may only read'),
  });
});

test('two different tools of one name are refused [jobs.registration-refuses]', () => {
  const other = defineTool({
    name: 'look',
    version: 2,
    effect: 'read',
    input: Item,
    output: Item,
    send: async (item) => item,
  });
  expect(refusal(() => createRegistry([jobWith({ tools: { read, other } })]))).toMatchObject({
    message: expect.stringContaining('two tools named "look"'),
  });
});

test('a workflow is exported under its job name in camelCase', () => {
  expect(workflowNameOf('invoice-intake')).toBe('invoiceIntakeWorkflow');
  expect(workflowNameOf('x')).toBe('xWorkflow');
});

test.each([
  { what: 'approvals of a job', parts: { approvals: {} }, field: '`approvals`' },
  { what: 'money in a budget', parts: { budget: { usd: 1 } }, field: '`usd`' },
])(
  '$what are refused by name, not ignored, also when the type checker was told otherwise [jobs.unbuilt-refused]',
  ({ parts, field }) => {
    expect(refusal(() => jobWith(parts as unknown as Parts))).toMatchObject({
      code: 'invalid-job',
      message: expect.stringContaining(field),
    });
  },
);

test('a tool that declares compensation is refused until something compensates [jobs.unbuilt-refused]', () => {
  const spec = {
    name: 'wire',
    version: 1,
    effect: 'write',
    class: 'D',
    input: Item,
    output: Item,
    send: async () => ({}),
    compensate: async () => ({}),
  };
  expect(refusal(() => defineTool(spec as unknown as Parameters<typeof defineTool>[0]))).toMatchObject({
    code: 'invalid-job',
    message: expect.stringContaining('`compensate`'),
  });
});
