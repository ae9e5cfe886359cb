import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { until, type Up, UpgradeProject } from './upgrade-project.ts';

// One project over its whole life: what each test leaves is where the next one begins.
const TEST_MS = 300_000;
const PAGE = join(import.meta.dirname, '../../docs/upgrading.md');
const Processes = z.object({
  records: z.array(z.object({ spec: z.object({ name: z.string() }), identity: z.object({ pid: z.number() }) })),
});
const Checked = z.object({
  checked: z.number(),
  breaking: z.array(z.looseObject({ name: z.string(), job: z.string(), sentence: z.string() })),
});
const Report = z.object({
  ok: z.boolean(),
  build: z.string(),
  runs: Checked.optional(),
  recorded: Checked.optional(),
});
const Doctor = z.object({
  findings: z.array(z.object({ check: z.string(), state: z.string(), sentence: z.string() })),
});

let project: UpgradeProject;
let first: Up;
let second: Up;
/** The build of the code as it was first. */
let oldBuild: string;
/** The runs that are parked on it. */
let one: string;
let other: string;

beforeAll(async () => {
  project = new UpgradeProject();
  first = await project.up();
  expect(await project.type('login', 'ada')).toMatchObject({ code: 0 });
  [one, other] = await Promise.all([project.parked('one'), project.parked('other')]);
}, TEST_MS);

afterAll(() => project.close(), TEST_MS);

test(
  'what was not changed would break nothing, and a recorded history is checked as well [upgrade.check]',
  async () => {
    expect(await project.type('check-deploy', '--record', one)).toMatchObject({ code: 0 });
    const { code, report } = await checked();
    oldBuild = report.build;
    const { ok, runs, recorded } = report;
    expect({ code, ok }).toEqual({ code: 0, ok: true });
    expect([runs, recorded].map((each) => each?.checked)).toEqual([2, 1]);
  },
  TEST_MS,
);

test(
  'before a deploy each run that it would break is named with event and step, and the exit code is 28 [upgrade.check]',
  async () => {
    project.edit(
      'workflow.ts',
      ['await pick(input)', 'await weigh(input)'],
      ['await weigh(picked)', 'await pick(picked)'],
    );
    const { code, report } = await checked();
    const breaks = { job: 'errand', pinnedTo: oldBuild, event: 5, eventType: 'ActivityTaskScheduled', step: 'pick' };
    expect({ code, ok: report.ok }).toEqual({ code: 28, ok: false });
    expect(report.build).not.toBe(oldBuild);
    expect(report.runs?.breaking.map(({ name }) => name).toSorted()).toEqual([one, other].toSorted());
    for (const each of report.runs?.breaking ?? []) expect(each).toMatchObject(breaks);
    expect(report.recorded?.breaking).toMatchObject([{ ...breaks, name: `${one}.json` }]);
    const text = await project.type('check-deploy', '--no-runs');
    expect(text.code).toBe(28);
    expect(text.out).toContain(
      'at event 5 (ActivityTaskScheduled), step pick: the run did the step "pick" here, the new code does "weigh"',
    );
  },
  TEST_MS,
);

test(
  'after a deploy old runs finish on old code and new ones on new code, with its tools, side by side [upgrade.side-by-side] [upgrade.code]',
  async () => {
    project.edit(
      'job.ts',
      [
        'const pack =',
        "const label = defineTool({ ...shared, name: 'label', send: async (errand) => errand });\nconst pack =",
      ],
      ['weigh, pack }', 'weigh, pack, label }'],
    );
    project.edit(
      'workflow.ts',
      ['weigh, pack }', 'weigh, pack, label }'],
      ['pack(weighed)', 'label(await pack(weighed))'],
    );
    second = await project.up();
    await project.end(first, 'SIGTERM');
    const runs = [await project.parked('third'), await scheduled()];
    expect(await project.finished(one)).toEqual({ steps: ['pick', 'weigh', 'pack'], build: oldBuild });
    for (const run of runs) {
      const { steps, build } = await project.finished(run);
      expect(steps).toEqual(['weigh', 'pick', 'pack', 'label']);
      expect(build).toMatch(/^[0-9a-f]{16}$/);
      expect(build).not.toBe(oldBuild);
    }
  },
  TEST_MS,
);

test(
  'a build that runs need and that is not kept is told by the doctor, with the fix [upgrade.missing]',
  async () => {
    const path = join(project.home, `builds/${oldBuild}.js`);
    const goesOn = `1 open run goes on with the older build ${oldBuild}`;
    expect(await doctorOnBuilds()).toEqual([{ check: 'builds', state: 'ok', sentence: goesOn }]);
    renameSync(path, `${path}.away`);
    const missing = `^1 open run is pinned to build ${oldBuild}, which is not kept in .*: start the code of that build once`;
    expect(await doctorOnBuilds()).toEqual([
      { check: 'builds', state: 'wrong', sentence: expect.stringMatching(missing) },
    ]);
    renameSync(`${path}.away`, path);
  },
  TEST_MS,
);

test(
  'after kill -9 of everything an open old run finishes on its old code [upgrade.crash]',
  async () => {
    const { records } = Processes.parse(JSON.parse(readFileSync(join(project.home, 'processes.json'), 'utf8')));
    expect(records.map(({ spec }) => spec.name)).toContain(`worker-holdfast-o-${oldBuild}`);
    // Stopped, it cannot start another supervisor.
    second.child.kill('SIGSTOP');
    const supervisor = Number(/supervisor: process (\d+)/.exec(second.said())?.[1]);
    for (const pid of [supervisor, ...records.map(({ identity }) => identity.pid)]) killed(pid);
    await project.end(second, 'SIGKILL');
    await project.up();
    expect(await project.finished(other)).toEqual({ steps: ['pick', 'weigh', 'pack'], build: oldBuild });
  },
  TEST_MS,
);

test.each([
  { args: ['--histories', 'nowhere'], sentence: /There is no folder .*nowhere with recorded histories/ },
  { args: ['--record', 'errand.none'], sentence: /Temporal has no run errand\.none/ },
])('check-deploy $args ends with 2 and one sentence [upgrade.bad-input]', async ({ args, sentence }) => {
  const { code, said } = await project.type('check-deploy', ...args);
  expect({ code, said }).toEqual({ code: 2, said: expect.stringMatching(sentence) });
});

test('the page on upgrading shows the commands that are run here [code.documents]', () => {
  const shown = [...readFileSync(PAGE, 'utf8').matchAll(/^\$ npx holdfast (.+)$/gm)].map(([, command]) => command);
  const run = ['check-deploy', 'check-deploy --record RUN', 'check-deploy --no-runs', 'up', 'doctor'];
  expect(shown).toEqual(run);
});

async function checked(): Promise<{ code: number | null; report: z.infer<typeof Report> }> {
  const { code, out, said } = await project.type('check-deploy', '--json');
  if (out === '') throw new Error(said);
  return { code, report: Report.parse(JSON.parse(out)) };
}

async function doctorOnBuilds(): Promise<readonly unknown[]> {
  const { out } = await project.type('doctor', '--json');
  const { findings } = Doctor.parse(JSON.parse(out));
  const builds = findings.filter(({ check }) => check === 'builds');
  return builds.map(({ check, state, sentence }) => ({ check, state, sentence }));
}

/** The run of a schedule that is triggered; it waits for its signal. */
async function scheduled(): Promise<string> {
  const { api } = project;
  const input = { name: 'at {scheduledAt}' };
  const body = { schedule: 'daily', job: 'errand', input, everySeconds: 86_400, paused: true } as const;
  await api.call('POST /v1/schedules', { body });
  await api.call('POST /v1/schedules/{schedule}/trigger', { path: { schedule: 'daily' }, body: {} });
  const runId = await until(async () => {
    const { recent } = await api.call('GET /v1/schedules/{schedule}', { path: { schedule: 'daily' } });
    return recent[0]?.runId;
  });
  await project.untilStatus(runId, 'waiting');
  return runId;
}

function killed(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
