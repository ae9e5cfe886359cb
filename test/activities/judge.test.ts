import { beforeEach, expect, test } from '@jest/globals';
import { z } from 'zod';
import { createJudge } from '../../activities/judge.ts';
import type { Judgement } from '../../activities/types.ts';
import type { StepPath } from '../../domain/ids.ts';
import type { Outcome } from '../../domain/outcome.ts';
import type { Finding, Verdict } from '../../domain/verdict.ts';
import { defineAgent, defineCheck, defineJob, defineTool, defineVerifier, type Job } from '../../jobs/index.ts';
import { dependenciesOf, environment, type RecordingGate, recordingGate, TENANT } from './recording-gate.ts';

const Text = z.object({ text: z.string() });
const FOUND = { kind: 'committed', value: { kind: 'result', ref: '', facts: {} } } as const;

const find = defineTool({
  name: 'find',
  version: 1,
  effect: 'read',
  input: Text,
  output: Text,
  send: async (input) => input,
});

let gate: RecordingGate;

beforeEach(() => {
  gate = recordingGate();
});

function verifierOf(
  name: string,
  judge: () => Verdict | Promise<Verdict>,
): ReturnType<typeof defineVerifier<{ text: string }, { text: string }>> {
  return defineVerifier({ name, version: 1, input: Text, output: Text, judge });
}

function jobOf(...verify: ReturnType<typeof verifierOf>[]): Job {
  const prompt = new URL('../fixtures/desk/ask.md', import.meta.url);
  const ask = defineAgent({ input: Text, output: Text, prompt, verify });
  const check = defineCheck({
    version: 1,
    input: Text,
    judge: ({ text }) => (text === 'good' ? pass : failing(finding('spelling'))),
  });
  return defineJob({
    name: 'desk',
    version: 1,
    input: Text,
    output: Text,
    dataClass: 'public',
    identity: ({ text }) => [text],
    agents: { ask },
    checks: { check },
  });
}

function judge(job: Job, attempt = 1): Promise<Outcome<Judgement>> {
  const { dependencies, definition } = dependenciesOf(job, gate);
  const input = { ref: gate.keep({ text: 'given' }) };
  const asked = {
    tenant: TENANT,
    definition,
    agent: 'ask',
    path: 'ask' as StepPath,
    input,
    output: gate.keep({ text: 'made' }),
    told: { at: 5, id: 'call-1' },
  };
  return environment('ask/verify', attempt).run(createJudge(dependencies), asked);
}

const pass: Verdict = { kind: 'pass' };

function finding(rule: string, sentence = `${rule} is broken.`): Finding {
  return { of: 'output', rule, sentence };
}

function failing(first: Finding, ...rest: Finding[]): Verdict {
  return { kind: 'fail', findings: [first, ...rest] };
}

function told(): unknown {
  return gate.appended.map(({ blob, message }) => ({
    at: message.seq,
    ...(JSON.parse(new TextDecoder().decode(blob.bytes)) as object),
  }));
}

test('an output that every verifier passes is accepted, and the model is told nothing', async () => {
  const outcome = await judge(
    jobOf(
      verifierOf('one', () => pass),
      verifierOf('two', () => pass),
    ),
  );
  expect(outcome).toMatchObject({ kind: 'committed', value: { kind: 'pass' } });
  expect(told()).toEqual([]);
});

test('all verifiers judge, and their findings together answer the tool call of the output [workflow.agent-ends]', async () => {
  const job = jobOf(
    verifierOf('one', () => failing(finding('a'))),
    verifierOf('two', () => failing(finding('b'), finding('c'))),
  );
  const findings = ['a', 'b', 'c'].map((rule) => finding(rule));
  expect(await judge(job)).toEqual({ kind: 'committed', value: { kind: 'fail', findings } });
  expect(told()).toEqual([
    {
      at: 5,
      role: 'tool',
      id: 'call-1',
      content: JSON.stringify({
        accepted: false,
        findings: findings.map(({ of, rule, sentence }) => ({ of, rule, sentence })),
      }),
    },
  ]);
});

test('a verifier that abstains does not pass, and one that fails decides', async () => {
  const abstaining = verifierOf('one', () => ({ kind: 'abstain', why: 'no scales' }));
  expect(
    await judge(
      jobOf(
        abstaining,
        verifierOf('two', () => pass),
      ),
    ),
  ).toMatchObject({ value: { kind: 'abstain', sentence: 'A verifier could not judge: no scales' } });
  expect(
    await judge(
      jobOf(
        abstaining,
        verifierOf('two', () => failing(finding('a'))),
      ),
    ),
  ).toMatchObject({ value: { kind: 'fail' } });
});

test('findings of any number and length stay small in the history', async () => {
  const many = Array.from({ length: 50 }, (_, index) =>
    finding(`rule-${index}-${'r'.repeat(500)}`, '漢'.repeat(5_000)),
  );
  const outcome = await judge(jobOf(verifierOf('one', () => failing(finding('first'), ...many))));
  expect(Buffer.byteLength(JSON.stringify(outcome))).toBeLessThan(7_000);
  expect(outcome).toMatchObject({ value: { findings: expect.arrayContaining([finding('first')]) } });
});

test('findings that are cut, or hold half a character, are told to the model in whole ones [workflow.agent-ends]', async () => {
  const odd = finding(`${'r'.repeat(99)}😀`, `${'s'.repeat(399)}😀`);
  const outcome = await judge(jobOf(verifierOf('one', () => failing(odd, finding('half', 'a\ud83d')))));
  expect(outcome).toMatchObject({
    value: {
      findings: [
        { rule: `${'r'.repeat(99)}\ufffd`, sentence: `${'s'.repeat(399)}\ufffd` },
        { rule: 'half', sentence: 'a\ufffd' },
      ],
    },
  });
});

test('a verifier that fails by itself is tried again, and counts as abstaining at the third attempt', async () => {
  const broken = jobOf(verifierOf('scales', () => Promise.reject(new Error('The scales are broken.'))));
  await expect(judge(broken, 1)).rejects.toMatchObject({ type: 'internal', nonRetryable: false });
  await expect(judge(broken, 2)).rejects.toMatchObject({ type: 'internal', nonRetryable: false });
  expect(await judge(broken, 3)).toMatchObject({
    value: { kind: 'abstain', sentence: expect.stringContaining('"scales" failed: The scales are broken.') },
  });
});

test('a verifier reads through the gate under a path of its own, every time under another', async () => {
  const reading = defineVerifier({
    name: 'on-file',
    version: 1,
    input: Text,
    output: Text,
    tools: { find },
    judge: async ({ output }, readers) => {
      const first = await readers.find(output);
      const second = await readers.find({ text: 'other' });
      return first.text === 'made' && second.text === 'made' ? pass : failing(finding('on-file'));
    },
  });
  gate.answer(() => ({ kind: 'committed', value: { ...FOUND.value, ref: gate.keep({ text: 'made' }) } }));
  expect(await judge(jobOf(reading))).toMatchObject({ value: { kind: 'pass' } });
  expect(gate.performed.map(({ stepPath }) => stepPath)).toEqual([
    'ask/verify/on-file/find',
    'ask/verify/on-file/find#2',
  ]);
});

test('a verifier that cannot read because its system is down makes the step wait, not fail', async () => {
  const reading = defineVerifier({
    name: 'on-file',
    version: 1,
    input: Text,
    output: Text,
    tools: { find },
    judge: async ({ output }, readers) => ((await readers.find(output)).text === '' ? pass : pass),
  });
  gate.answer(() => ({
    kind: 'unavailable',
    why: 'unreachable',
    waitMs: 60_000,
    sentence: 'The books are down.',
  }));
  expect(await judge(jobOf(reading))).toMatchObject({ kind: 'unavailable', sentence: 'The books are down.' });
  expect(told()).toEqual([]);
});

test('a check gives its value back when it passes, and its findings when not', async () => {
  const { dependencies, definition } = dependenciesOf(jobOf(), gate);
  const check = (text: string): Promise<Outcome<Judgement>> =>
    environment('check').run(createJudge(dependencies), {
      tenant: TENANT,
      definition,
      check: 'check',
      input: { value: { text } },
    });
  expect(await check('good')).toEqual({
    kind: 'committed',
    value: { kind: 'pass', input: gate.keep({ text: 'good' }) },
  });
  expect(await check('bad')).toEqual({ kind: 'committed', value: { kind: 'fail', findings: [finding('spelling')] } });
  expect(told()).toEqual([]);
});
