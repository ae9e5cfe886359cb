import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { beganHistory } from '../fixtures/began-history.ts';
import type { Replayed } from '../fixtures/replay-in-worker.ts';
import { replays } from '../fixtures/replays.ts';

const WORKFLOWS = [
  'fineWorkflow',
  'leavesAloneWorkflow',
  'endlessWorkflow',
  'endlessConditionWorkflow',
  'fineWorkflow',
] as const;

let replayed: readonly Replayed[];

beforeAll(async () => {
  const bundle = { workflowsPath: join(import.meta.dirname, '../fixtures/sandbox-workflows.ts') };
  // One thread, so that what one workflow does to it the next one would meet.
  const options = { workflowThreadPoolSize: 1, isolateExecutionTimeout: '300ms' } as const;
  replayed = await replays(
    { bundle, options },
    WORKFLOWS.map((name) => beganHistory(name, name === 'fineWorkflow')),
  );
});

test('a rejected promise that job code leaves alone fails the Workflow Task of its own run [workflow.bug-blocks]', () => {
  expect(replayed[1]?.error).toContain('nobody looks at me');
});

test.each([2, 3])('an endless loop in job code is ended by the time limit (%i) [workflow.bug-blocks]', (index) => {
  expect(replayed[index]?.error).toContain('Script execution timed out after 300ms');
});

test('the runs before and after them on the same thread go on', () => {
  expect([replayed[0], replayed[4]].map((one) => one?.error)).toEqual([undefined, undefined]);
});
