import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import type { ApiReport } from '../../bench/api/measure-api.ts';
import { removeStack } from '../../stack/index.ts';
import { processesOf } from '../stack/stack-parent.ts';
import { benchCommand } from './bench-command.ts';

let folder = '';

afterAll(async () => {
  removeStack(join(folder, 'bench-api'));
  await rm(folder, { recursive: true, force: true });
});

test('bench api asks both sides for lists and single runs, counts what failed and leaves no process', async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-api-'));
  const { code, out } = await benchCommand('api --runs 12 --rate 16 --seconds 1 --json'.split(' '), folder);
  expect(code).toBe(0);
  const counted = (requests: number) => expect.objectContaining({ requests, failed: 0, p99Ms: expect.any(Number) });
  expect(JSON.parse(out) as ApiReport).toMatchObject({
    runs: 12,
    ratePerSecond: 16,
    // Three rounds of a second, half of them lists.
    api: { list: counted(24), show: counted(24) },
    temporal: { list: counted(24), show: counted(24) },
  });
  expect(processesOf(join(folder, 'bench-api'))).toEqual([]);
}, 120_000);
