import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { createCallModel } from '../../activities/call-model.ts';
import type { ModelEndpoint } from '../../activities/dependencies.ts';
import type { StepPath } from '../../domain/ids.ts';
import { defineAgent, defineJob } from '../../jobs/index.ts';
import { dependenciesOf, environment, recordingGate, TENANT } from './recording-gate.ts';

const Text = z.strictObject({ text: z.string() });
const prompt = new URL('../fixtures/probe/ask.md', import.meta.url);
const job = defineJob({
  name: 'desk',
  version: 1,
  input: Text,
  output: Text,
  dataClass: 'internal',
  identity: ({ text }) => [text],
  agents: { ask: defineAgent({ input: Text, output: Text, prompt }) },
});

function endpoint(id: string, more: Partial<ModelEndpoint>): ModelEndpoint {
  const address = 'http://127.0.0.1:1/v1';
  return { id, address, model: id, cleared: ['internal'], capabilities: { tools: true }, quirks: [], ...more };
}

test('an endpoint is waited for as long as its timeout says, another one for 2 minutes [endpoint.timeout]', async () => {
  const gate = recordingGate();
  gate.answer(() => ({ kind: 'unavailable', why: 'timed-out', waitMs: 60_000, sentence: 'It did not answer.' }));
  const { dependencies, definition } = dependenciesOf(job, gate);
  const endpoints = [endpoint('quick', { timeoutMs: 5_000 }), endpoint('patient', {})];
  const path = 'ask' as StepPath;
  const input = { tenant: TENANT, definition, agent: 'ask', path, turn: 1, cursor: 0, input: { value: { text: 'x' } } };
  await environment('ask/turn-1').run(createCallModel({ ...dependencies, endpoints }), input);
  expect(gate.performed.map(({ target, timeoutMs }) => [target, timeoutMs])).toMatchObject([
    [{ endpoint: 'quick' }, 5_000],
    [{ endpoint: 'patient' }, 120_000],
  ]);
});
