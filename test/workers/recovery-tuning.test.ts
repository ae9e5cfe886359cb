import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { WORKFLOW_TASK_TIMEOUT_MS } from '../../client/start-run.ts';
import { loadConfig } from '../../config/index.ts';
import { loadJobs } from '../../jobs/load-jobs.ts';
import { prepareBundle } from '../../workers/index.ts';
import { MAX_EVENTS } from '../../workflows/run-state.ts';
import { longHistory } from '../fixtures/long-history.ts';
import { replays } from '../fixtures/replays.ts';

const root = join(import.meta.dirname, '../..');
const REPLAYS = 10;
const EVENTS_BESIDE_STEPS = 11;

// Measured is processor time of the whole process, the least of nine: a worker that takes runs over may have one core for
// all of its slots, and what other processes do at the moment says little about it. Little: with six busy processes on two cores the
// same replay takes half as much again. Half of the timeout is what is aimed at, and what a quiet machine shows; past the whole of it
// runs that are taken over would time out for ever.
test('all Workflow Task slots can replay the longest history at once within the timeout of a Workflow Task [worker.resumes]', async () => {
  const jobs = await loadJobs(['test/fixtures/probe'], root);
  const codePath = await prepareBundle(jobs, join(root, '.holdfast'));
  const history = longHistory(Math.floor((MAX_EVENTS - EVENTS_BESIDE_STEPS) / 6));
  expect(history.events.length).toBeGreaterThan(MAX_EVENTS - 6);
  expect(history.events.length).toBeLessThanOrEqual(MAX_EVENTS);
  // The first one pays for the bundle and the threads.
  const [, ...measured] = await replays({ bundle: { codePath } }, Array<object>(REPLAYS).fill(history));
  expect(measured.flatMap(({ error }) => error ?? [])).toEqual([]);
  const cpuMs = Math.min(...measured.map((one) => one.cpuMs));
  const wallMs = Math.min(...measured.map((one) => one.wallMs));
  const { workflowTaskSlots: slots } = loadConfig({ cwd: import.meta.dirname, env: {} }).workers;
  process.stdout.write(
    `replay of ${history.events.length} events: ${cpuMs.toFixed(0)} ms of processor time, ${wallMs.toFixed(0)} ms of wall time; ` +
      `${slots} slots: ${(slots * cpuMs).toFixed(0)} of ${WORKFLOW_TASK_TIMEOUT_MS} ms, aim ${WORKFLOW_TASK_TIMEOUT_MS / 2}\n`,
  );
  expect(slots * cpuMs).toBeLessThan(WORKFLOW_TASK_TIMEOUT_MS);
});
