import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { z } from 'zod';
import { createApiClient } from '../../cli/api-client.ts';
import { openSessions } from '../../cli/sessions.ts';
import { removeStack, seeStack } from '../../stack/index.ts';
import { factsOf } from '../../workers/builds/replayed-history.ts';
import { cliUser, type CliUser, type Ended } from '../cli/run-cli.ts';

/** A `holdfast up` of the project. */
export interface Up {
  readonly child: ChildProcess;
  /** Everything it has printed. */
  said(): string;
}

/** What a run did, as Temporal has recorded it. */
export interface Story {
  readonly steps: readonly string[];
  /** The build that it is pinned to. */
  readonly build: string | undefined;
}

const ROOT = join(import.meta.dirname, '../..');
/** A first start makes a database and its schemas: seconds on a quiet machine. */
const PATIENCE_MS = 120_000;
const STEPS = ['pick', 'weigh', 'pack', 'label'];
const ApiFile = z.object({ address: z.string() });

/** A project of its own with a stack of its own, whose job is the errand, and a person who types commands in it. */
export class UpgradeProject {
  readonly folder: string;
  readonly home: string;
  readonly #ada: CliUser = cliUser();
  readonly #started: Up[] = [];

  constructor() {
    mkdirSync(join(ROOT, '.holdfast'), { recursive: true });
    this.folder = mkdtempSync(join(ROOT, '.holdfast/upgrade-'));
    this.home = join(this.folder, '.holdfast');
    cpSync(join(ROOT, 'test/fixtures/errand'), join(this.folder, 'errand'), { recursive: true });
    writeFileSync(join(this.folder, 'temporal.yaml'), 'jobs: [errand]\nworkers: { processes: 1 }\n');
  }

  /** Replaces texts in a file of the job. */
  edit(file: 'job.ts' | 'workflow.ts', ...changes: readonly (readonly [from: string, to: string])[]): void {
    const path = join(this.folder, 'errand', file);
    const code = readFileSync(path, 'utf8');
    writeFileSync(
      path,
      changes.reduce((text, [from, to]) => text.replace(from, to), code),
    );
  }

  /** Starts `holdfast up` and waits until it serves. */
  async up(): Promise<Up> {
    let said = '';
    const child = spawn(process.execPath, ['--conditions=holdfast-source', join(ROOT, 'cli/main.ts'), 'up'], {
      cwd: this.folder,
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        OPENAI_BASE_URL: 'http://127.0.0.1:9/v1',
        OPENAI_MODEL: 'none',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const up = { child, said: () => said };
    this.#started.push(up);
    await until(() => {
      if (child.exitCode !== null) throw new Error(`holdfast up ended with ${child.exitCode}: ${said}`);
      return said.includes('serving; Ctrl-C') ? true : undefined;
    });
    return up;
  }

  /** Ends a `holdfast up` that still runs, and waits until it is gone. */
  async end({ child }: Up, signal: NodeJS.Signals): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill(signal);
    await exit;
  }

  /** Runs a command in the project's folder. */
  type(...args: readonly string[]): Promise<Ended> {
    return this.#ada.run(args, { cwd: this.folder });
  }

  /** The project's API, for who is logged in. */
  get api(): ReturnType<typeof createApiClient> {
    const { address } = ApiFile.parse(JSON.parse(readFileSync(join(this.home, 'api.json'), 'utf8')));
    return createApiClient({ address, token: openSessions({ ...this.#ada.env }).of(address)?.token ?? '' });
  }

  /** Starts a run and waits until it waits for its signal. */
  async parked(name: string): Promise<string> {
    const { runId } = await this.api.call('POST /v1/runs', { body: { job: 'errand', input: { name } } });
    await this.untilStatus(runId, 'waiting');
    return runId;
  }

  /** Gives a run its signal, and waits until it has completed; what it did. */
  async finished(runId: string): Promise<Story> {
    await this.api.call('POST /v1/runs/{runId}/signal', { path: { runId }, body: { name: 'go', id: 'go' } });
    await this.untilStatus(runId, 'completed');
    return this.#storyOf(runId);
  }

  async untilStatus(runId: string, wanted: string): Promise<void> {
    await until(async () => {
      const { status } = await this.api.call('GET /v1/runs/{runId}', { path: { runId } });
      return status === wanted ? true : undefined;
    });
  }

  /** Ends everything and leaves nothing. */
  async close(): Promise<void> {
    await Promise.all(this.#started.map((each) => this.end(each, 'SIGTERM')));
    this.#ada.remove();
    // A start that was cut off leaves a stack that is still ending.
    await until(() => {
      try {
        removeStack(this.home);
        return true;
      } catch {
        return undefined;
      }
    });
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #storyOf(runId: string): Promise<Story> {
    const { ports } = await seeStack(this.home);
    const port = ports.find(({ name }) => name === 'frontend')?.port ?? 0;
    const connection = await Connection.connect({ address: `127.0.0.1:${port}` });
    try {
      const history = await new Client({ connection }).workflow.getHandle(runId).fetchHistory();
      const called = (history.events ?? []).flatMap(
        ({ activityTaskScheduledEventAttributes: call }) => call?.activityId ?? [],
      );
      return { steps: called.filter((step) => STEPS.includes(step)), build: factsOf(history).pinnedTo };
    } finally {
      await connection.close();
    }
  }
}

/** Asks again and again until there is an answer, for at most two minutes. */
export async function until<Value>(ask: () => Value | undefined | Promise<Value | undefined>): Promise<Value> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`There was no answer within ${PATIENCE_MS} ms to ${String(ask)}.`);
    await delay(50);
  }
}
