import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Tau2Report } from '../../../evals/tau2/report.ts';
import { writeOddData } from './odd-data.ts';
import { writeSmallData } from './small-data.ts';

const root = join(import.meta.dirname, '../../..');
const LIMIT_MS = 240_000;

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly said: string;
}

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-eval-'));
  writeSmallData(join(folder, 'data'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs `npm run eval -- tau2` as its script does, in a home of its own. */
async function evaluate(home: string, args: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, ['scripts/run.js', 'evals/main.ts', 'tau2', ...args], {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', HOLDFAST_HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  // An evaluation that hangs must not outlive its test.
  const late = setTimeout(() => child.kill('SIGTERM'), LIMIT_MS - 10_000);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(late);
  return { code, out, said };
}

// All run at the same time, each long one in a home of its own: one alone leaves the machine half idle.

test.concurrent(
  'eval tau2 comes through a folder with every second call at fault, without an effect too many or too few, and leaves nothing behind [eval.tau2]',
  async () => {
    const home = join(folder, 'home');
    const { code, out, said } = await evaluate(home, ['--data', join(folder, 'data'), '--fault-rate', '0.5', '--json']);
    expect(said).toContain('3 of 3 tasks');
    const report = JSON.parse(out) as Tau2Report;
    expect(report).toMatchObject({
      cases: 3,
      solved: 3,
      duplicateEffects: 0,
      lostEffects: 0,
      stuck: 0,
      parkedUnknown: 0,
      kills: 0,
      unexpected: [],
    });
    expect(Object.keys(report.modelFaults).length).toBeGreaterThan(0);
    expect(Object.keys(report.toolFaults).length).toBeGreaterThan(0);
    expect(code).toBe(0);
    expect(readdirSync(join(home, 'eval'))).toEqual([]);
  },
  LIMIT_MS,
);

test.concurrent(
  'eval tau2 judges what can be played of odd data, and reports the rest [eval.tau2]',
  async () => {
    writeOddData(join(folder, 'odd'));
    const { code, out, said } = await evaluate(join(folder, 'odd-home'), ['--data', join(folder, 'odd'), '--json']);
    expect(said).toContain('notes.json is no JSON: ');
    const report = JSON.parse(out) as Tau2Report;
    expect(report).toMatchObject({ cases: 12, solved: 5, duplicateEffects: 0, lostEffects: 0, stuck: 0 });
    expect(report.unexpected).toHaveLength(7);
    expect(code).toBe(1);
  },
  LIMIT_MS,
);

test.concurrent('eval tau2 ends 2 with one sentence for a folder that is none [eval.tau2]', async () => {
  const { code, out, said } = await evaluate(join(folder, 'refused-home'), ['--data', join(folder, 'gone')]);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(said).toMatch(/^eval: There is no folder .*gone; name the one that holds the recorded tasks by --data\.$/m);
});
