import { beforeEach, expect, test } from '@jest/globals';
import { z } from 'zod';
import { createSettleLeftovers } from '../../activities/settle-leftovers.ts';
import type { CallKey, RunId, StepPath } from '../../domain/ids.ts';
import type { Leftover, LeftoverEnd } from '../../gate/index.ts';
import { toolDigest } from '../../jobs/definition.ts';
import { defineJob, defineTool } from '../../jobs/index.ts';
import { dependenciesOf, environment, type RecordingGate, recordingGate, TENANT } from './recording-gate.ts';

const Text = z.object({ text: z.string() });
const TIMEOUT_MS = 30_000;
const LONG_AGO_MS = TIMEOUT_MS + 60_001;

const post = defineTool({
  name: 'post',
  version: 1,
  effect: 'write',
  class: 'C',
  system: 'books',
  timeout: '30 seconds',
  input: Text,
  output: Text,
  send: async (input) => input,
  reconcile: async () => undefined,
});
const desk = defineJob({
  name: 'desk',
  version: 1,
  input: Text,
  output: Text,
  dataClass: 'public',
  identity: ({ text }) => [text],
  agents: {},
  tools: { post },
});

let gate: RecordingGate;

beforeEach(() => {
  gate = recordingGate();
});

/** How a leftover is settled whose receiver says that it knows nothing of it. */
async function settledAs(parts: Partial<Leftover>): Promise<readonly LeftoverEnd[]> {
  const left: Leftover = {
    tenant: TENANT,
    callKey: 'key' as CallKey,
    runId: 'desk.run' as RunId,
    job: desk.name,
    stepPath: 'post' as StepPath,
    name: post.name,
    toolDigest: toolDigest(post),
    argsRef: gate.keep({ text: 'given' }),
    fenceToken: 1,
    exposedMs: LONG_AGO_MS,
    accepted: false,
    tries: 2,
    ...parts,
  };
  const ends: LeftoverEnd[] = [];
  const leftovers: RecordingGate['leftovers'] = {
    ...gate.leftovers,
    take: async () => [left],
    settle: async (_, end) => ends.push(end) > 0,
  };
  const { dependencies } = dependenciesOf(desk, gate);
  const settle = createSettleLeftovers({ ...dependencies, gate: { ...gate, leftovers } });
  await environment('settle').run(settle, {});
  return ends;
}

test('what its receiver knows nothing of, long after it was sent and asked twice, did not take place [stuck.leftovers]', async () => {
  await expect(settledAs({})).resolves.toEqual([
    { verdict: 'rejected', sentence: expect.stringContaining('the receiver knows nothing of it') },
  ]);
});

test.each([
  { when: 'it may still be on its way', exposedMs: LONG_AGO_MS - 1 },
  { when: 'it was asked for the first time, as after a clock that jumped ahead', tries: 1 },
])(
  'what its receiver knows nothing of is asked about again when $when [stuck.leftovers]',
  async ({ exposedMs = LONG_AGO_MS, tries = 2 }) => {
    await expect(settledAs({ exposedMs, tries })).resolves.toMatchObject([{ verdict: 'later' }]);
  },
);

test('what its receiver accepted and then knows nothing of is left to a person [stuck.leftovers]', async () => {
  await expect(settledAs({ accepted: true })).resolves.toEqual([
    {
      verdict: 'person',
      sentence:
        'The receiver knows nothing of post of the ended run desk.run, although it had accepted it or a part of it; look there and say so with `holdfast answer desk.run --question post`.',
    },
  ]);
});
