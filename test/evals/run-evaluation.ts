import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** How an evaluation's command ended, and what it printed. */
export interface EndedEvaluation {
  readonly code: number | null;
  readonly out: string;
  readonly said: string;
}

/** Runs `npm run eval` as its script does, in a home of its own; at most 110 s. */
export async function runEvaluation(home: string, args: readonly string[]): Promise<EndedEvaluation> {
  const child = spawn(process.execPath, ['scripts/run.js', 'evals/main.ts', ...args], {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', HOLDFAST_HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  // An evaluation that hangs must not outlive its test.
  const late = setTimeout(() => child.kill('SIGTERM'), 110_000);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(late);
  return { code, out, said };
}
