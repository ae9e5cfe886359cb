import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { LatencyReport } from '../../bench/latency/report.ts';
import type { ParkedReport } from '../../bench/parked/report.ts';
import type { RecoveryReport } from '../../bench/recovery/report.ts';
import { removeStack } from '../../stack/index.ts';
import { benchCommand } from './bench-command.ts';

const LIMIT_MS = 150_000;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-'));
});

afterAll(async () => {
  for (const home of ['bench', 'bench-recovery', 'bench-parked']) removeStack(join(folder, home));
  await rm(folder, { recursive: true, force: true });
});

test(
  'bench recovery finds every effect once at the receiver after worker, server and database were killed and another version was deployed [worker.resumes] [upgrade.side-by-side]',
  async () => {
    const args = ['recovery', '--runs', '4', '--steps', '8', '--answer-ms', '800', '--kill-every', '5', '--json'];
    const { code, out, said } = await benchCommand(args, folder);
    const report = JSON.parse(out) as RecoveryReport;
    expect(code).toBe(0);
    expect(said).toContain('server, back after');
    expect(said).toContain('worker, back after');
    const after = { runsAfterDeploy: 1, expected: 34, completed: 34 };
    expect(report).toMatchObject({ runs: 4, steps: 8, ...after, lost: 0, stuck: 0, duplicates: 0 });
    expect(new Set(Object.values(report.builds))).toEqual(new Set([4, 1]));
    expect(report.kills).toBe(report.each.filter(({ kind }) => kind !== 'deploy').length);
    expect(report.kills).toBeGreaterThanOrEqual(2);
    expect(report.ends).toEqual({ completed: 5 });
    expect(report.firstProgressFromKillP95Ms).toBeGreaterThanOrEqual(report.firstProgressP95Ms);
  },
  LIMIT_MS,
);

test(
  'bench latency tells the time of each step of governed and bare runs [cost.time]',
  async () => {
    const { code, out } = await benchCommand(['latency', '--runs', '1', '--layout', 'together', '--json'], folder);
    const { layouts, answerMs } = JSON.parse(out) as LatencyReport;
    const { bare, governed, ratios } = layouts.together ?? fail();
    expect([code, bare.steps, governed.steps, layouts.apart]).toEqual([0, 9, 9, undefined]);
    expect(Math.min(bare.p50Ms, governed.p50Ms)).toBeGreaterThan(answerMs);
    expect(ratios.p50).toBeCloseTo(governed.p50Ms / bare.p50Ms, 2);
  },
  LIMIT_MS,
);

test(
  'bench parked lets runs of both sides wait, and wakes them all',
  async () => {
    const { code, out } = await benchCommand(['parked', '--runs', '10', '--seconds', '1', '--json'], folder);
    const { bare, governed, ratios } = JSON.parse(out) as ParkedReport;
    expect([code, bare.woken, governed.woken]).toEqual([0, 10, 10]);
    expect(governed.while.workers).toBeGreaterThan(0);
    expect(ratios.wake).toBeCloseTo(governed.wakeMs / bare.wakeMs, 1);
  },
  LIMIT_MS,
);

function fail(): never {
  throw new Error('The layout is missing.');
}
