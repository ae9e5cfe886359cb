import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';

const ROOT = join(import.meta.dirname, '../..');
const PATIENCE_MS = 60_000;

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly said: string;
}

/** A command that runs. */
export interface RunningCli {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  /** What it has printed so far. */
  out(): string;
  said(): string;
  readonly ended: Promise<Ended>;
}

/** A person with a folder of their own, who types commands. */
export interface CliUser {
  /** The folder that commands are called in, and that holds keys and sessions in `config/holdfast`. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  run(args: readonly string[], options?: CallOptions): Promise<Ended>;
  start(args: readonly string[], options?: CallOptions): RunningCli;
  remove(): void;
}

/** How a command is called. */
export interface CallOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Whether standard output is a terminal of 90 columns; default false. */
  readonly terminal?: boolean;
  /** Standard input; default empty. */
  readonly input?: string;
}

/** Makes a person without any key or session. */
export function cliUser(env: Readonly<Record<string, string>> = {}): CliUser {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-cli-'));
  const own = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    XDG_CONFIG_HOME: join(folder, 'config'),
    NODE_COMPILE_CACHE: join(ROOT, '.holdfast/compile-cache'),
    ...env,
  };
  const start = (args: readonly string[], options: CallOptions = {}): RunningCli => {
    const child = spawn(
      process.execPath,
      [...nodeArguments(options.terminal ?? false), join(ROOT, 'cli/main.ts'), ...args],
      { cwd: options.cwd ?? folder, env: { ...own, ...options.env }, stdio: ['pipe', 'pipe', 'pipe'] },
    );
    return running(child, options.input ?? '');
  };
  return {
    folder,
    env: own,
    start,
    run: (args, options) => start(args, options).ended,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function nodeArguments(terminal: boolean): readonly string[] {
  const preloaded = pathToFileURL(join(import.meta.dirname, 'fixtures/pretend-terminal.ts')).href;
  return [
    '--conditions=holdfast-source',
    '--disable-warning=ExperimentalWarning',
    ...(terminal ? [`--import=${preloaded}`] : []),
  ];
}

function running(child: RunningCli['child'], input: string): RunningCli {
  let out = '';
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  // It may end before it has read.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  // A command that hangs must not outlive its test.
  const late = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  const ended = once(child, 'close').then(([code]): Ended => {
    clearTimeout(late);
    return { code: code as number | null, out, said };
  });
  return { child, out: () => out, said: () => said, ended };
}
