import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { loadJobs } from '../../jobs/load-jobs.ts';
import { prepareBundle } from '../../workers/index.ts';
import { payloadsOf, readHistory, replay } from './recorded-history.ts';

const root = join(import.meta.dirname, '../..');

let folder: string;
let bundle: string;

beforeAll(async () => {
  await mkdir(join(root, '.holdfast'), { recursive: true });
  folder = await mkdtemp(join(root, '.holdfast/scheduled-'));
  bundle = await prepareBundle(await loadJobs(['test/fixtures/probe'], root), folder);
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

test.each([
  ['completed', 'WORKFLOW_EXECUTION_COMPLETED', 'CHILD_WORKFLOW_EXECUTION_COMPLETED'],
  ['cancelled', 'WORKFLOW_EXECUTION_CANCELED', 'CHILD_WORKFLOW_EXECUTION_CANCELED'],
  ['existing', 'WORKFLOW_EXECUTION_COMPLETED', 'ACTIVITY_TASK_COMPLETED'],
])('the recorded occurrence of a schedule that was %s replays [workflow.replay]', async (name, end, before) => {
  const history = await readHistory(`scheduled-start-${name}`);
  const events = history.events.map(({ eventType }) => eventType.replace('EVENT_TYPE_', ''));
  expect(events.at(-1)).toBe(end);
  expect(events).toContain(before);
  expect(Math.max(...payloadsOf(history).map(({ length }) => length))).toBeLessThanOrEqual(8_192);
  await expect(replay(history, bundle)).resolves.toBeUndefined();
});

test('an occurrence that was recorded doing another thing is noticed [workflow.replay]', async () => {
  const history = await readHistory('scheduled-start-completed');
  const other = JSON.parse(JSON.stringify(history).replaceAll('probeWorkflow', 'otherWorkflow')) as typeof history;
  const started = JSON.stringify(other) !== JSON.stringify(history);
  expect(started).toBe(true);
  await expect(replay(other, bundle)).rejects.toMatchObject({ name: 'DeterminismViolationError' });
});

test('every bundle holds what the occurrences of schedules are, beside the workflows of the jobs', async () => {
  expect(await readFile(bundle, 'utf8')).toContain('scheduledStartWorkflow');
});
