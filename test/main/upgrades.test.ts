import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { createApiClient } from '../../cli/api-client.ts';
import { openSessions } from '../../cli/sessions.ts';
import { removeStack, seeStack } from '../../stack/index.ts';
import { factsOf } from '../../workers/builds/replayed-history.ts';
import { cliUser, type CliUser } from '../cli/run-cli.ts';

// One project over its whole life: what each test leaves is where the next one begins.
const ROOT = join(import.meta.dirname, '../..');
const SOURCES = join(ROOT, 'test/fixtures/errand');
const PATIENCE_MS = 60_000;
const TEST_MS = 180_000;
const Processes = z.object({
  records: z.array(z.object({ spec: z.object({ name: z.string() }), identity: z.object({ pid: z.number() }) })),
});
const Breaking = z.object({
  name: z.string(),
  job: z.string(),
  pinnedTo: z.string().optional(),
  event: z.number().optional(),
  eventType: z.string().optional(),
  step: z.string().optional(),
  sentence: z.string(),
});
const Report = z.object({
  ok: z.boolean(),
  build: z.string(),
  runs: z.object({ checked: z.number(), breaking: z.array(Breaking) }).optional(),
  recorded: z.object({ checked: z.number(), breaking: z.array(Breaking) }).optional(),
});
const Doctor = z.object({
  findings: z.array(z.object({ check: z.string(), state: z.string(), sentence: z.string() })),
});

/** A `holdfast up` of the project. */
interface Up {
  readonly child: ChildProcess;
  said(): string;
}

let ada: CliUser;
let folder: string;
let home: string;
let first: Up;
let second: Up;
/** The build of the code as it was first. */
let oldBuild: string;
/** The runs that are parked on it. */
let one: string;
let other: string;
const started: Up[] = [];

beforeAll(async () => {
  mkdirSync(join(ROOT, '.holdfast'), { recursive: true });
  folder = mkdtempSync(join(ROOT, '.holdfast/upgrade-'));
  home = join(folder, '.holdfast');
  cpSync(SOURCES, join(folder, 'errand'), { recursive: true });
  writeFileSync(join(folder, 'temporal.yaml'), 'jobs: [errand]\nworkers: { processes: 1 }\n');
  ada = cliUser();
  first = await up();
  await holdfast('login', 'ada');
  [one, other] = await Promise.all([parked('one'), parked('other')]);
}, TEST_MS);

afterAll(async () => {
  await Promise.all(started.map((each) => ended(each, 'SIGTERM')));
  ada.remove();
  removeStack(home);
  rmSync(folder, { recursive: true, force: true });
}, TEST_MS);

test(
  'what was not changed would break nothing, and a recorded history is checked as well [upgrade.check]',
  async () => {
    await holdfast('check-deploy', '--record', one);
    const { code, report } = await checked();
    oldBuild = report.build;
    expect({ code, ok: report.ok, runs: report.runs?.checked, recorded: report.recorded?.checked }).toEqual({
      code: 0,
      ok: true,
      runs: 2,
      recorded: 1,
    });
  },
  TEST_MS,
);

test(
  'before a deploy each run that it would break is named with event and step, and the exit code is 26 [upgrade.check]',
  async () => {
    const path = join(folder, 'errand/workflow.ts');
    const turned = readFileSync(path, 'utf8')
      .replace('await pick(input)', 'await weigh(input)')
      .replace('await weigh(picked)', 'await pick(picked)');
    writeFileSync(path, turned);
    const { code, report } = await checked();
    const breaks = { job: 'errand', pinnedTo: oldBuild, event: 5, eventType: 'ActivityTaskScheduled', step: 'pick' };
    expect({ code, ok: report.ok }).toEqual({ code: 26, ok: false });
    expect(report.build).not.toBe(oldBuild);
    expect(report.runs?.breaking.map(({ name }) => name).toSorted()).toEqual([one, other].toSorted());
    for (const each of report.runs?.breaking ?? []) expect(each).toMatchObject(breaks);
    expect(report.recorded?.breaking).toMatchObject([{ ...breaks, name: `${one}.json` }]);
    const text = await ada.run(['check-deploy', '--no-runs'], { cwd: folder });
    expect(text.code).toBe(26);
    expect(text.out).toContain(
      'at event 5 (ActivityTaskScheduled), step pick: the run did the step "pick" here, the new code does "weigh"',
    );
  },
  TEST_MS,
);

test(
  'after a deploy old runs finish on old code and new ones on new code, side by side [upgrade.side-by-side]',
  async () => {
    second = await up();
    await ended(first, 'SIGTERM');
    const third = await parked('third');
    await go(one);
    await go(third);
    await untilStatus(one, 'completed');
    await untilStatus(third, 'completed');
    expect(await storyOf(one)).toEqual({ steps: ['pick', 'weigh', 'pack'], build: oldBuild });
    const story = await storyOf(third);
    expect(story.steps).toEqual(['weigh', 'pick', 'pack']);
    expect(story.build).not.toBe(oldBuild);
  },
  TEST_MS,
);

test(
  'a build that runs need and that is not kept is told by the doctor, with the fix [upgrade.missing]',
  async () => {
    const path = join(home, `builds/${oldBuild}.js`);
    expect(await doctorOnBuilds()).toEqual([
      { check: 'builds', state: 'ok', sentence: `1 open run goes on with the older build ${oldBuild}` },
    ]);
    renameSync(path, `${path}.away`);
    expect(await doctorOnBuilds()).toEqual([
      {
        check: 'builds',
        state: 'wrong',
        sentence: expect.stringMatching(
          `^1 open run is pinned to build ${oldBuild}, which is not kept in .*: start the code of that build once`,
        ),
      },
    ]);
    renameSync(`${path}.away`, path);
  },
  TEST_MS,
);

test(
  'after kill -9 of everything an open old run finishes on its old code [upgrade.crash]',
  async () => {
    const { records } = Processes.parse(JSON.parse(readFileSync(join(home, 'processes.json'), 'utf8')));
    expect(records.map(({ spec }) => spec.name)).toContain(`worker-holdfast-o-${oldBuild}`);
    // Stopped, it cannot start another supervisor.
    second.child.kill('SIGSTOP');
    const supervisor = Number(/supervisor: process (\d+)/.exec(second.said())?.[1]);
    for (const pid of [supervisor, ...records.map(({ identity }) => identity.pid)]) killed(pid);
    await ended(second, 'SIGKILL');
    await up();
    await go(other);
    await untilStatus(other, 'completed');
    expect(await storyOf(other)).toEqual({ steps: ['pick', 'weigh', 'pack'], build: oldBuild });
  },
  TEST_MS,
);

test.each([
  { args: ['--histories', 'nowhere'], code: 2, sentence: /There is no folder .*nowhere with recorded histories/ },
  { args: ['--record', 'errand.none'], code: 2, sentence: /Temporal has no run errand\.none/ },
])('check-deploy $args ends with $code and one sentence [upgrade.bad-input]', async ({ args, code, sentence }) => {
  const result = await ada.run(['check-deploy', ...args], { cwd: folder });
  expect(result.code).toBe(code);
  expect(result.said).toMatch(sentence);
});

async function up(): Promise<Up> {
  let said = '';
  const child = spawn(process.execPath, ['--conditions=holdfast-source', join(ROOT, 'cli/main.ts'), 'up'], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      OPENAI_BASE_URL: 'http://127.0.0.1:9/v1',
      OPENAI_MODEL: 'none',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const each = { child, said: () => said };
  started.push(each);
  await until(() => {
    if (child.exitCode !== null) throw new Error(`holdfast up ended with ${child.exitCode}: ${said}`);
    return said.includes('serving; Ctrl-C') ? true : undefined;
  });
  return each;
}

async function ended({ child }: Up, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
}

function killed(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

async function holdfast(...args: readonly string[]): Promise<string> {
  const { code, out, said } = await ada.run(args, { cwd: folder });
  if (code !== 0) throw new Error(`holdfast ${args.join(' ')} ended with ${code}: ${said}`);
  return out;
}

async function checked(): Promise<{ code: number | null; report: z.infer<typeof Report> }> {
  const { code, out, said } = await ada.run(['check-deploy', '--json'], { cwd: folder });
  if (out === '') throw new Error(said);
  return { code, report: Report.parse(JSON.parse(out)) };
}

async function doctorOnBuilds(): Promise<readonly unknown[]> {
  const { out } = await ada.run(['doctor', '--json'], { cwd: folder });
  const { findings } = Doctor.parse(JSON.parse(out));
  return findings
    .filter(({ check }) => check === 'builds')
    .map(({ check, state, sentence }) => ({ check, state, sentence }));
}

/** Starts a run and waits until it waits for its signal. */
async function parked(name: string): Promise<string> {
  const { runId } = await api().call('POST /v1/runs', { body: { job: 'errand', input: { name } } });
  await untilStatus(runId, 'waiting');
  return runId;
}

async function go(runId: string): Promise<void> {
  await api().call('POST /v1/runs/{runId}/signal', { path: { runId }, body: { name: 'go', id: 'go' } });
}

async function untilStatus(runId: string, wanted: string): Promise<void> {
  await until(async () => {
    const { status } = await api().call('GET /v1/runs/{runId}', { path: { runId } });
    return status === wanted ? true : undefined;
  });
}

/** The project's API, for who is logged in. */
function api(): ReturnType<typeof createApiClient> {
  const { address } = z.object({ address: z.string() }).parse(JSON.parse(readFileSync(join(home, 'api.json'), 'utf8')));
  return createApiClient({ address, token: openSessions({ ...ada.env }).of(address)?.token ?? '' });
}

/** The job's steps that a run did, and the build that it is pinned to, as Temporal has recorded both. */
async function storyOf(runId: string): Promise<{ steps: readonly string[]; build: string | undefined }> {
  const { ports } = await seeStack(home);
  const connection = await Connection.connect({
    address: `127.0.0.1:${ports.find(({ name }) => name === 'frontend')?.port ?? 0}`,
  });
  try {
    const history = await new Client({ connection }).workflow.getHandle(runId).fetchHistory();
    const called = (history.events ?? []).flatMap(
      ({ activityTaskScheduledEventAttributes: call }) => call?.activityId ?? [],
    );
    return {
      steps: called.filter((step) => ['pick', 'weigh', 'pack'].includes(step)),
      build: factsOf(history).pinnedTo,
    };
  } finally {
    await connection.close();
  }
}

async function until<Value>(ask: () => Value | undefined | Promise<Value | undefined>): Promise<Value> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`There was no answer within ${PATIENCE_MS} ms to ${String(ask)}.`);
    await delay(50);
  }
}
