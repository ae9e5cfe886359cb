import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type LoadedJob, loadJobs } from '../../jobs/load-jobs.ts';
import { prepareBundle } from '../../workers/index.ts';
import { payloadsOf, readHistory, type RecordedHistory, replay, stepsOf, summariesOf } from './recorded-history.ts';

const root = join(import.meta.dirname, '../..');

let job: LoadedJob;
let folder: string;
let history: RecordedHistory;

beforeAll(async () => {
  const [loaded] = await loadJobs(['examples/invoice-intake'], root);
  if (loaded === undefined) throw new Error('The example is not there.');
  job = loaded;
  await mkdir(join(root, '.holdfast'), { recursive: true });
  folder = await mkdtemp(join(root, '.holdfast/replay-'));
  history = await readHistory('invoice-intake');
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('the recorded run of the example replays against the bundle that is built now [workflow.replay]', async () => {
  expect(stepsOf(history)).toEqual([
    'readDocument',
    'totals',
    'propose/turn-1',
    'propose/turn-1/find_vendor',
    'propose/turn-1/find_order',
    'propose/turn-2',
    'propose/verify',
    'postBooking',
    'close',
  ]);
  await expect(replay(history, await prepareBundle([job], folder))).resolves.toBeUndefined();
});

test('a step that is renamed, also in the pinned skeleton, is noticed by its name alone [workflow.replay]', async () => {
  const renamed = await withStepRenamed(job, 'postBooking', 'enterBooking');
  const bundle = await prepareBundle([renamed], folder);
  const pinned = JSON.stringify(history).replace(
    skeletonOf(history),
    skeletonOf(history, 'postBooking', 'enterBooking'),
  );
  await expect(replay(JSON.parse(pinned) as RecordedHistory, bundle)).rejects.toMatchObject({
    name: 'DeterminismViolationError',
    message: expect.stringMatching(/activity id .*postBooking.*enterBooking|enterBooking.*postBooking/i),
  });
});

test('a step that the pinned skeleton does not know is noticed, too [workflow.replay]', async () => {
  const renamed = await withStepRenamed(job, 'totals', 'sums');
  await expect(replay(history, await prepareBundle([renamed], folder))).rejects.toMatchObject({
    name: 'DeterminismViolationError',
  });
});

test('the history of the example holds no payload above 8 KiB and no summary above 40 bytes', () => {
  expect(Math.max(...payloadsOf(history).map(({ length }) => length))).toBeLessThanOrEqual(8_192);
  expect(summariesOf(history).filter((summary) => Buffer.byteLength(summary) > 40)).toEqual([]);
  expect(summariesOf(history)).toHaveLength(stepsOf(history).length);
});

// A copy of the workflow and what it imports, under another name of one step.
async function withStepRenamed(loaded: LoadedJob, from: string, to: string): Promise<LoadedJob> {
  const copy = join(folder, to);
  await mkdir(copy);
  for (const file of ['limit.ts', 'printable.ts']) await cp(join(loaded.folder, file), join(copy, file));
  const code = await readFile(loaded.workflowFile, 'utf8');
  const workflowFile = join(copy, 'workflow.ts');
  await writeFile(workflowFile, code.replaceAll(from, to));
  return { ...loaded, folder: copy, workflowFile };
}

// The start input's payload, as it stands in the first event.
function skeletonOf(of: RecordedHistory, from = '', to = ''): string {
  const data = of.events[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0]?.data ?? '';
  const text = Buffer.from(data, 'base64').toString('utf8');
  return Buffer.from(from === '' ? text : text.replaceAll(`"${from}"`, `"${to}"`)).toString('base64');
}
