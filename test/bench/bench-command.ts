import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** How a benchmark's command ended. */
export interface EndedBench {
  readonly code: number | null;
  readonly out: string;
  readonly said: string;
}

const root = join(import.meta.dirname, '../..');
// A benchmark that hangs must not outlive its test.
const LIMIT_MS = 140_000;

/** Runs `npm run bench` as its script does, with everything that it keeps in a folder. */
export async function benchCommand(args: readonly string[], folder: string): Promise<EndedBench> {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, ['scripts/run.js', 'bench/main.ts', ...args], {
    cwd: root,
    env: { PATH, HOME, HOLDFAST_HOME: folder, HOLDFAST_RESULTS: join(folder, 'results') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const late = setTimeout(() => child.kill('SIGTERM'), LIMIT_MS);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(late);
  return { code, out, said };
}
