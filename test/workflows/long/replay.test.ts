import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { loadJobs } from '../../../jobs/load-jobs.ts';
import { prepareBundle } from '../../../workers/index.ts';
import { readHistory, replay, stepsOf } from '../recorded-history.ts';

const root = join(import.meta.dirname, '../../..');

let bundle: string;

beforeAll(async () => {
  const jobs = await loadJobs(['test/fixtures/long', 'test/fixtures/errand-child'], root);
  bundle = await prepareBundle(jobs, join(root, '.holdfast'));
});

test.each([
  ['long-agent', ['plan', 'ask/turn-1', 'ask/turn-20', 'close']],
  ['long-agent-part', ['ask/turn-21', 'ask/turn-23', 'ask/verify']],
  ['long-map', ['plan', 'close']],
  ['long-map-part', ['stamp/map/read-0', 'stamp:a', 'stamp:c', 'stamp/map/keep-0', 'stamp/map/gather']],
  ['long-child', ['plan', 'child/errand-child', 'close']],
])('the recorded history %s replays against the bundle that is built now [workflow.replay]', async (name, among) => {
  const history = await readHistory(name);
  expect(stepsOf(history)).toEqual(expect.arrayContaining(among));
  await expect(replay(history, bundle)).resolves.toBeUndefined();
});

test('an agent of a version before parts, whose history has turns beyond the 20th, still replays [workflow.replay]', async () => {
  const history = await readHistory('long-agent-before-parts');
  expect(stepsOf(history)).toEqual(expect.arrayContaining(['ask/turn-21', 'ask/turn-23', 'ask/verify', 'close']));
  await expect(replay(history, bundle)).resolves.toBeUndefined();
});
