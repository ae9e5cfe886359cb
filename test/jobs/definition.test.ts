import { expect, test } from '@jest/globals';
import { defineJob, defineTool } from 'holdfast';
import { z } from 'zod';
import { canonicalJson } from '../../domain/canonical.ts';
import { pinDefinition, skeletonOf, toolDigest } from '../../jobs/definition.ts';
import { desk } from '../fixtures/desk/job.ts';
import { probe } from '../fixtures/probe/job.ts';

const Item = z.strictObject({ id: z.string() });

function look(version: number, timeout: '30 seconds' | '31 seconds' = '30 seconds'): ReturnType<typeof defineTool> {
  return defineTool({
    name: 'look',
    version,
    timeout,
    effect: 'read',
    input: Item,
    output: Item,
    send: async (item: unknown) => item,
  });
}

test('the pinned definition holds the prompt text and the digest of every tool [jobs.pinned]', () => {
  const pinned = pinDefinition(probe);
  expect(pinned.agents['ask']?.prompt).toBe('Answer with a report about the topic you are given. Look it up first.\n');
  expect(Object.keys(pinned.tools).toSorted()).toEqual([
    'look',
    'plan',
    'stamp_blind',
    'stamp_forgetful',
    'stamp_forgotten',
    'stamp_misread',
    'stamp_native',
    'stamp_natural',
    'stamp_of',
    'stamp_referenced',
    'stamp_repeated',
  ]);
});

test('pinning the same job twice gives the same bytes [jobs.pinned]', () => {
  expect(canonicalJson(pinDefinition(probe))).toBe(canonicalJson(pinDefinition(probe)));
});

test('a tool that raises its version or its timeout has another digest [jobs.pinned]', () => {
  expect(toolDigest(look(1))).toBe(toolDigest(look(1)));
  expect(new Set([toolDigest(look(1)), toolDigest(look(2)), toolDigest(look(1, '31 seconds'))]).size).toBe(3);
});

test('the skeleton names every step with its kind and its time, and nothing of the manifest else', () => {
  expect(skeletonOf(probe).steps).toEqual({
    ask: {
      kind: 'agent',
      turns: 6,
      withinMs: 600_000,
      modelTimeoutMs: 960_000,
      tools: { look: 10_000, read_on: 30_000 },
      verifyTimeoutMs: 60_000,
    },
    plan: { kind: 'tool', timeoutMs: 30_000 },
    stampOf: { kind: 'tool', timeoutMs: 30_000 },
    stampNative: { kind: 'tool', timeoutMs: 10_000 },
    stampRepeated: { kind: 'tool', timeoutMs: 10_000 },
    stampForgetful: { kind: 'tool', timeoutMs: 4_000 },
    stampForgotten: { kind: 'tool', timeoutMs: 4_000 },
    stampNatural: { kind: 'tool', timeoutMs: 10_000 },
    stampReferenced: { kind: 'tool', timeoutMs: 10_000 },
    stampMisread: { kind: 'tool', timeoutMs: 10_000 },
    stampBlind: { kind: 'tool', timeoutMs: 10_000 },
    look: { kind: 'tool', timeoutMs: 10_000 },
    small: { kind: 'check', timeoutMs: 60_000 },
  });
});

test('what a job says of its questions is pinned, and a job that says nothing pins nothing', () => {
  expect(skeletonOf(probe)).not.toHaveProperty('questions');
  expect(skeletonOf(desk).questions).toEqual({ withinMs: 259_200_000, remindEveryMs: 86_400_000 });
});

test('an object schema of a tool is closed when the tool is defined', () => {
  const open = defineTool({
    name: 'open',
    version: 1,
    effect: 'read',
    input: z.object({ id: z.string() }),
    output: Item,
    send: async (item) => item,
  });
  expect(open.input.safeParse({ id: 'a', extra: 1 }).success).toBe(false);
});

test('a job whose prompt is missing is refused with one sentence', () => {
  const agent = {
    ...probe.agents['ask'],
    prompt: new URL('./nowhere.md', import.meta.url),
  } as (typeof probe.agents)[string];
  const job = defineJob({
    name: 'lost',
    version: 1,
    input: Item,
    output: Item,
    dataClass: 'internal',
    identity: () => ['x'],
    agents: { agent },
  });
  expect(() => pinDefinition(job)).toThrow(
    expect.objectContaining({ code: 'invalid-job', message: expect.stringContaining('nowhere.md') }),
  );
});
