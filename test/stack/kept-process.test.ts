import { afterAll, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRunning, processStartTime } from '../../scripts/process-identity.js';
import { KeptProcess } from '../../stack/supervisor/kept-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-kept-process-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('an end that the system shows before Node tells it keeps its exit code', async () => {
  const log = join(folder, 'child.log');
  const spec = {
    name: 'child',
    stage: 'service',
    command: process.execPath,
    args: [join(import.meta.dirname, 'fixtures/failing-child.ts')],
    env: {},
    cwd: folder,
    readyBy: 'json',
    restart: true,
    stop: [],
  } as const;
  const kept = new KeptProcess(spec, { log, changed: () => {} });
  kept.start();
  const { pid } = kept.view();
  const identity = { pid, startTime: processStartTime(pid) ?? 'never started' };
  const ready = expect(kept.whenReady()).rejects.toMatchObject({
    code: 'stack-failed',
    message: `child ended with exit code 7 before it was ready, its last words: no port given; its log is ${log}`,
  });
  // Inside a timer: the checks that are due by its end come next, before Node is told of the death that the system shows.
  setTimeout(() => {
    while (isRunning(identity)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
  }, 1);
  await ready;
  await kept.stop();
});
