import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { LongRunReport } from '../../bench/long-run/report.ts';
import { removeStack } from '../../stack/index.ts';
import { processesOf } from '../stack/stack-parent.ts';
import { benchCommand, type EndedBench } from './bench-command.ts';

// Enough that what a part of the agent adds by being opened is spread over its turns.
const TURNS = 60;
// What is shown of turns, and beside it the prompt, the tools and what JSON adds to each message.
const MOST_SENT = 220_000;

let folder: string;
let ended: EndedBench;
let report: LongRunReport;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-'));
  ended = await benchCommand(['long-run', '--turns', String(TURNS), '--runs', '1', '--json'], folder);
  report = JSON.parse(ended.out) as LongRunReport;
}, 150_000);

afterAll(async () => {
  removeStack(join(folder, 'bench-long-run'));
  await rm(folder, { recursive: true, force: true });
});

describe('bench long-run', () => {
  test('runs an agent of so many turns, prints one JSON object and leaves no process', () => {
    expect(ended.code).toBe(0);
    expect(report).toMatchObject({ turns: TURNS, runs: 1 });
    expect(report.perTurnMs).toHaveLength(TURNS - 1);
    expect(report.ratio).toBeGreaterThan(0);
    expect(processesOf(folder)).toEqual([]);
  });

  test('sends a model no more than its bound, however long the agent works [model.bounded-context]', () => {
    expect(report.mostCharacters).toBeLessThan(MOST_SENT);
    expect(report.lastCharacters).toBeLessThan(report.mostCharacters);
  });

  test('adds at most 300 bytes to the history of a step on Temporal alone [cost.bytes]', () => {
    expect(report.bareBytesPerStep).toBeGreaterThan(500);
    expect(report.bytesPerStep).toBeLessThanOrEqual(report.bareBytesPerStep + 300);
  });
});
