import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { processStartTime } from '../../scripts/process-identity.js';
import type { ProcessSpec, StackAddresses, StartedProcess } from '../../stack/index.ts';

/** What `fixtures/parent.ts` says. */
export interface ParentSaid {
  readonly joined: boolean;
  readonly supervisorPid: number;
  readonly addresses: StackAddresses;
  readonly progress: readonly string[];
  readonly processes: readonly StartedProcess[];
}

/** A process that holds the stack of a home. */
export class StackParent {
  static readonly #alive = new Set<StackParent>();
  readonly process: ChildProcess;
  readonly #lines: ParentSaid[] = [];
  #rest = '';
  #errors = '';

  constructor(home: string, options: { specs?: readonly ProcessSpec[]; env?: NodeJS.ProcessEnv } = {}) {
    const file = join(import.meta.dirname, 'fixtures/parent.ts');
    const args = ['--conditions=holdfast-source', file, home, JSON.stringify(options.specs ?? [])];
    const env = { ...process.env, TEMPORAL_ADDRESS: '', DATABASE_URL: '', HOLDFAST_PARENT_PID: '', ...options.env };
    this.process = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    StackParent.#alive.add(this);
    this.process.once('exit', () => StackParent.#alive.delete(this));
    this.process.stderr?.on('data', (chunk: Buffer) => (this.#errors += chunk.toString()));
    this.process.stdout?.on('data', (chunk: Buffer) => {
      const lines = (this.#rest + chunk.toString()).split('\n');
      this.#rest = lines.pop() ?? '';
      this.#lines.push(...lines.map((line) => JSON.parse(line) as ParentSaid));
    });
  }

  /** Ends those that a failed test has left. */
  static async endAll(): Promise<void> {
    await Promise.all([...StackParent.#alive].map((parent) => parent.end('SIGKILL')));
  }

  get pid(): number {
    return this.process.pid ?? 0;
  }

  /** What it says once the stack is up. */
  async up(): Promise<ParentSaid> {
    return this.#next(1);
  }

  /** What it says now. */
  async ask(): Promise<ParentSaid> {
    const heard = this.#lines.length;
    this.process.kill('SIGUSR2');
    return this.#next(heard + 1);
  }

  /** Sends a signal and waits until it has ended; its exit code. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    if (this.process.exitCode !== null) throw new Error(`the parent ended by itself: ${this.#errors}`);
    const ended = once(this.process, 'exit');
    this.process.kill(signal);
    await ended;
    return this.process.exitCode;
  }

  async #next(count: number): Promise<ParentSaid> {
    for (;;) {
      const said = this.#lines[count - 1];
      if (said !== undefined) return said;
      if (this.process.exitCode !== null) throw new Error(`the parent ended: ${this.#errors}`);
      await delay(10);
    }
  }
}

/** A Node process for a stack to keep. */
export function childSpec(name: string, change: Partial<ProcessSpec> & { endsAfterMs?: number } = {}): ProcessSpec {
  const { endsAfterMs = 0, ...rest } = change;
  return {
    name,
    stage: 'worker',
    args: [join(import.meta.dirname, 'fixtures/child.ts'), String(endsAfterMs)],
    env: {},
    ready: { stdoutJson: true },
    restart: true,
    stopGraceMs: 2_000,
    ...rest,
  };
}

/** The process of this name among those that a parent told of. */
export function processNamed(said: ParentSaid, name: string): StartedProcess {
  const found = said.processes.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no process ${name}: ${JSON.stringify(said.processes)}`);
  return found;
}

/** Every process on the machine that belongs to the stack of a home, as `pid command`. */
export function processesOf(home: string): string[] {
  const marks = [home, outerFolder(home)].filter((mark) => mark !== undefined);
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  return pids.map((pid) => describe(pid)).filter((text) => marks.some((mark) => text.includes(mark)));
}

/** Waits until nothing of the stack of a home runs; how long it took, and what is left after the time. */
export async function untilNothingLeft(home: string, timeoutMs: number): Promise<{ tookMs: number; left: string[] }> {
  const started = performance.now();
  let left = processesOf(home);
  while (left.length > 0 && performance.now() - started < timeoutMs) {
    await delay(50);
    left = processesOf(home);
  }
  return { tookMs: performance.now() - started, left };
}

/** Watches processes until all have ended; their names in the order of their ends. */
export async function orderOfEnds(processes: readonly StartedProcess[]): Promise<string[]> {
  const order: string[] = [];
  const alive = new Map(processes.map(({ name, pid }) => [name, pid]));
  while (alive.size > 0) {
    for (const [name, pid] of alive) {
      if (processStartTime(pid) !== undefined) continue;
      alive.delete(name);
      order.push(name);
    }
    await delay(2);
  }
  return order;
}

function describe(pid: string): string {
  try {
    if (processStartTime(Number(pid)) === undefined) return '';
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return `${pid} ${command} in ${readlinkSync(`/proc/${pid}/cwd`)}`;
  } catch {
    return '';
  }
}

/** Root's database lives outside of the home. */
function outerFolder(home: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(join(home, 'postgres-place.json'), 'utf8')) as { folder: string }).folder;
  } catch {
    return undefined;
  }
}
