import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { LongRunReport } from '../../bench/long-run/report.ts';
import { removeStack } from '../../stack/index.ts';
import { processesOf } from '../stack/stack-parent.ts';

const root = join(import.meta.dirname, '../..');
const TURNS = 30;
// What is shown of turns, and beside it the prompt, the tools and what JSON adds to each message.
const MOST_SENT = 220_000;

let folder: string;
let code: number | null;
let report: LongRunReport;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-'));
  const args = ['scripts/run.js', 'bench/main.ts', 'long-run', '--turns', String(TURNS), '--runs', '1', '--json'];
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', HOLDFAST_HOME: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  [code] = (await once(child, 'close')) as [number | null];
  report = JSON.parse(out) as LongRunReport;
}, 150_000);

afterAll(async () => {
  removeStack(join(folder, 'bench'));
  await rm(folder, { recursive: true, force: true });
});

describe('bench long-run', () => {
  test('runs an agent of so many turns, prints one JSON object and leaves no process', () => {
    expect(code).toBe(0);
    expect(report).toMatchObject({ turns: TURNS, runs: 1 });
    expect(report.perTurnMs).toHaveLength(TURNS - 1);
    expect(report.ratio).toBeGreaterThan(0);
    expect(processesOf(folder)).toEqual([]);
  });

  test('sends a model no more than its bound, however long the agent works [model.bounded-context]', () => {
    expect(report.mostCharacters).toBeLessThan(MOST_SENT);
    expect(report.lastCharacters).toBeLessThan(report.mostCharacters);
  });

  test('tells what a step adds to the histories, and what one on Temporal alone does', () => {
    expect(report.bareBytesPerStep).toBeGreaterThan(500);
    expect(report.bytesPerStep).toBeGreaterThan(report.bareBytesPerStep);
  });
});
