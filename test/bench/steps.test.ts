import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Figures, StepsReport } from '../../bench/steps/report.ts';
import { removeStack } from '../../stack/index.ts';
import { processesOf } from '../stack/stack-parent.ts';
import { benchCommand, type EndedBench } from './bench-command.ts';

const STEPS = 10;
const STEPS_APART = 'steps --seconds 1 --rounds 3 --in-flight 2 --layout apart --json --results'.split(' ');
const FIGURES = ['runsPerSecond', 'p50Ms', 'p99Ms', 'eventsPerRun', 'bytesPerRun', 'cpuMsPerStep'] as const;

let folder: string;
let ended: EndedBench;
let report: StepsReport;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-'));
  ended = await benchCommand(STEPS_APART, folder);
  report = JSON.parse(ended.out) as StepsReport;
}, 150_000);

afterAll(async () => {
  removeStack(join(folder, 'bench'));
  await rm(folder, { recursive: true, force: true });
});

test('bench steps compares governed and bare runs in one JSON object, exits 0 and leaves no process', () => {
  expect(ended.said).toContain('round 3 of 3');
  expect(ended.code).toBe(0);
  expect(ended.out.trim().split('\n')).toHaveLength(1);
  expect(report.layout).toBe('apart');
  expect(report.rounds.map(({ first }) => first)).toEqual(['bare', 'governed', 'bare']);
  expect(unmeasured(report.bare)).toEqual([]);
  expect(unmeasured(report.governed)).toEqual([]);
  const walls = report.rounds.map(({ bare, governed }) => bare.runsPerSecond / governed.runsPerSecond);
  expect(report.ratios.wall).toBeCloseTo(walls.toSorted((left, right) => left - right)[1] ?? 0, 1);
  expect(processesOf(join(folder, 'bench'))).toEqual([]);
});

test('bench steps --results keeps the figures and their pictures', async () => {
  const kept = await readdir(join(folder, 'results'));
  expect(kept.toSorted()).toEqual(['steps-apart-cpu.svg', 'steps-apart-wall.svg', 'steps-apart.json']);
});

test('each governed step of bench steps is one row of the ledger and one request at the receiver [gate.stored-result]', () => {
  expect(report.runs).toBeGreaterThanOrEqual(2 * 6);
  expect(report.ledgerRows).toBe(report.runs * STEPS);
  expect(report.receiverRequests).toBe(report.runs * STEPS);
});

test('a governed run of ten steps has 71 events where a bare one has 65 [cost.events]', () => {
  expect(report.bare.eventsPerRun).toBe(65);
  expect(report.governed.eventsPerRun).toBe(71);
});

test.each([
  [['steps', '--seconds', '0'], '--seconds takes a whole number from 1 to 3600, not "0".'],
  [['steps', '--rounds', '26'], '--rounds takes a whole number from 1 to 25, not "26".'],
  [['steps', '--layout', 'side'], '--layout is together or apart, not "side".'],
  [['steps', '--bare', 'naked'], '--bare is stock or lean, not "naked".'],
  [['recovery', '--runs', '0'], '--runs takes a whole number from 1 to 1000, not "0".'],
  [['latency', '--layout', 'side'], '--layout is together or apart, not "side".'],
  [['parked', '--seconds', '601'], '--seconds takes a whole number from 1 to 600, not "601".'],
  [['steps', '--speed'], "Unknown option '--speed'"],
  [['stairs'], 'There is no benchmark "stairs"'],
])('bench refuses %j in one sentence with exit code 2', async (args, sentence) => {
  const refused = await benchCommand(args, folder);
  expect(refused).toMatchObject({ code: 2, out: '' });
  expect(refused.said.trim().split('\n')).toEqual([expect.stringContaining(sentence)]);
});

function unmeasured(figures: Figures): readonly string[] {
  return FIGURES.filter((name) => !(figures[name] > 0));
}
