import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { eventually } from '../fixtures/eventually.ts';
import { filing, submit } from '../workflows/desk-under-test.ts';
import { type Office, openOffice, succeeded } from './office.ts';
import type { CliUser } from './run-cli.ts';

const TIMEOUT_MS = 90_000;

const Started = z.object({ runId: z.string(), existing: z.boolean(), status: z.string() });
const Shown = z.object({
  status: z.string(),
  waitingFor: z.object({ name: z.string() }).optional(),
  timeline: z.array(z.object({ id: z.string(), kind: z.string() })).default([]),
});
const Page = z.object({ runs: z.array(z.object({ runId: z.string(), actor: z.string(), status: z.string() })) });

let office: Office;
let desk: Office['desk'];
let ada: CliUser;
let grace: CliUser;

beforeAll(async () => {
  office = await openOffice();
  ({ desk, ada, grace } = office);
}, TIMEOUT_MS);

afterAll(async () => {
  await office?.close();
});

function inputFor(scenario: string): string {
  return JSON.stringify({ run: randomUUID(), scenario });
}

async function started(scenario: string): Promise<string> {
  const { out } = await succeeded(ada, ['run', 'desk', '--input', inputFor(scenario), '--json']);
  return Started.parse(JSON.parse(out)).runId;
}

function shown(runId: string, fits: (run: z.infer<typeof Shown>) => boolean): Promise<z.infer<typeof Shown>> {
  return eventually(async () => {
    const { out } = await succeeded(ada, ['show', runId, '--json', '--timeline']);
    const run = Shown.parse(JSON.parse(out));
    return fits(run) ? run : undefined;
  });
}

test(
  'a run is started, watched, paused, resumed, signalled, listed and shown by the CLI alone [cli.run-life]',
  async () => {
    const input = inputFor('late-wait');
    writeFileSync(join(ada.folder, 'task.json'), input);
    const first = await succeeded(ada, ['run', 'desk', '--input', 'task.json', '--json']);
    const { runId, existing } = Started.parse(JSON.parse(first.out));
    expect(existing).toBe(false);
    const again = await succeeded(ada, ['run', 'desk', '--input', input]);
    expect(again.out).toMatch(`${runId} was started before and is `);
    const watching = ada.start(['watch', runId]);
    await shown(runId, ({ status, waitingFor }) => status === 'waiting' && waitingFor?.name === 'release');

    expect((await succeeded(ada, ['pause', runId, '--reason', 'lunch'])).out).toBe(`${runId} is paused\n`);
    await shown(runId, ({ status }) => status === 'paused');
    const paused = Page.parse(JSON.parse((await succeeded(ada, ['runs', '--status', 'paused', '--json'])).out));
    expect(paused.runs).toEqual([expect.objectContaining({ runId, actor: 'ada', status: 'paused' })]);
    expect((await succeeded(ada, ['resume', runId])).out).toBe(`${runId} is waiting\n`);
    await succeeded(grace, ['signal', runId, 'release', '--payload', '"from grace"', '--id', 'r-1']);

    const watched = await watching.ended;
    expect(watched).toMatchObject({ code: 0, said: '' });
    const lines = watched.out.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z {2}started by ada$/);
    expect(lines).toContainEqual(expect.stringMatching(/ada decided: pause$/));
    expect(lines).toContainEqual(expect.stringMatching(/grace decided: signal release$/));
    expect(lines.at(-1)).toMatch(/Z {2}completed/);
    const { timeline } = await shown(runId, ({ status }) => status === 'completed');
    expect(timeline).toHaveLength(lines.length);
    const card = await succeeded(ada, ['show', runId]);
    expect(card.out).toMatch(/^status +completed$/m);
  },
  TIMEOUT_MS,
);

test(
  'on a terminal a line below the events tells how the run stands now, nothing is too wide, and NO_COLOR holds [cli.watch-live]',
  async () => {
    const runId = await started('late-wait');
    const watching = ada.start(['watch', runId], { terminal: true, env: { NO_COLOR: '1' } });
    const footer = new RegExp(`waiting {2}${runId} .* waits for release`);
    await eventually(() => (footer.test(stripVTControlCharacters(watching.out())) ? true : undefined));
    await succeeded(grace, ['signal', runId, 'release', '--payload', '"x"']);
    const { code, out } = await watching.ended;
    expect(code).toBe(0);
    expect(out.split('\u001b').filter((part) => /^\[\d+m/.test(part))).toEqual([]);
    const lines = stripVTControlCharacters(out).split('\n');
    expect(lines.filter((line) => line.length > 90)).toEqual([]);
    expect(lines.filter((line) => /^\d\d:\d\d:\d\d {2}grace decided: signal release$/.test(line))).toHaveLength(1);
    const listed = await ada.run(['runs', '--status', 'completed'], { terminal: true });
    expect(listed.out).toContain(runId);
    expect(listed.out.split('\n').filter((line) => line.length > 90)).toEqual([]);
  },
  TIMEOUT_MS,
);

test(
  'watching a run loses nothing and repeats nothing when the API is killed and started again [cli.events]',
  async () => {
    const runId = await started('late-wait');
    const watching = ada.start(['watch', runId, '--json']);
    await eventually(() => (watching.out().includes('"waiting"') ? true : undefined));
    await office.kill();
    await eventually(() => (watching.said().includes('lost the API') ? true : undefined));
    await office.restart();
    await succeeded(grace, ['signal', runId, 'release', '--payload', '"late"']);
    const { code, out, said } = await watching.ended;
    const seen = out
      .trimEnd()
      .split('\n')
      .map((line) => z.object({ id: z.string(), kind: z.string() }).parse(JSON.parse(line)));
    const { timeline } = await shown(runId, ({ status }) => status === 'completed');
    expect(seen.map(({ id }) => id)).toEqual(timeline.map(({ id }) => id));
    expect([code, seen.at(-1)?.kind]).toEqual([0, 'run-ended']);
    expect(said).toMatch(/^holdfast: lost the API at .*\nholdfast: the API at .* is back\n$/);
  },
  TIMEOUT_MS,
);

test(
  'waiting for a run ends with the exit code of how it ended, and with its result [cli.wait]',
  async () => {
    desk.model.script(() => submit({ topic: 'rain', score: 5 }));
    const good = await ada.run(['run', 'desk', '--input', inputFor('ask'), '--wait', '--json']);
    expect(JSON.parse(good.out)).toMatchObject({ status: 'completed', result: { topic: 'rain', score: 5 } });
    expect([good.code, good.said]).toEqual([0, '']);

    desk.model.script(() => submit({ topic: 'forged', score: 5 }));
    const rejected = await ada.run(['run', 'desk', '--input', inputFor('ask'), '--watch']);
    expect([rejected.code, rejected.said]).toEqual([10, expect.stringContaining('"forged" is not on file')]);

    const input = inputFor('late-wait');
    const late = await ada.run(['run', 'desk', '--input', input, '--wait', '--timeout', '2s']);
    expect([late.code, late.said]).toEqual([25, expect.stringContaining('it goes on, and `holdfast watch')]);

    const interrupted = ada.start(['run', 'desk', '--input', input, '--watch']);
    await eventually(() => (interrupted.out().includes('waiting for release') ? true : undefined));
    interrupted.child.kill('SIGINT');
    const left = await interrupted.ended;
    expect([left.code, left.said]).toEqual([130, expect.stringContaining('the run goes on; `holdfast watch')]);
    const runId = /(desk\.\S+) was started before/.exec(left.said)?.[1] ?? '';
    const waiting = ada.start(['watch', runId]);
    expect((await succeeded(ada, ['cancel', runId, '--reason', 'enough'])).out).toBe(`${runId} is being cancelled\n`);
    expect((await waiting.ended).code).toBe(22);
    const after = await ada.run(['pause', runId]);
    expect([after.code, after.said]).toEqual([2, expect.stringMatching(/^holdfast: .*\n$/)]);
  },
  TIMEOUT_MS,
);

test(
  'a run is forked from a step, what is in the way is named first, and the fork is shown as one [cli.run-life] [fork.collisions]',
  async () => {
    desk.receiver.behave(filing);
    const { out } = await succeeded(ada, ['run', 'desk', '--input', inputFor('note'), '--wait', '--json']);
    const { runId } = Started.parse(JSON.parse(out));
    const refused = await ada.run(['fork', runId, '--from', 'note']);
    expect([refused.code, refused.said]).toEqual([12, expect.stringContaining(`note of ${runId} at note (verified)`)]);
    const wrong = await ada.run(['fork', runId, '--edit', '[]']);
    expect([wrong.code, wrong.said]).toEqual([2, expect.stringContaining('--edit is an object')]);
    const forked = await succeeded(ada, ['fork', runId, '--from', 'note', '--repeat-effects']);
    const [fork = ''] = forked.out.split(' ');
    expect(forked.out).toBe(`${fork} is a fork of ${runId} from note (copied calls: 1)\n`);
    await shown(fork, ({ status }) => status === 'completed');
    expect((await succeeded(ada, ['show', fork])).out).toMatch(`${runId}, from note, copied calls: 1`);
    expect((await succeeded(ada, ['show', runId])).out).toMatch(fork);
  },
  TIMEOUT_MS,
);

test(
  'a question is shown and answered by who may, and refused by who may not [cli.run-life]',
  async () => {
    desk.model.script(() => submit({ topic: 'rain', score: 11 }));
    const runId = await started('ask');
    const card = await eventually(async () => {
      const { out } = await succeeded(grace, ['question', runId]);
      return out.includes('score-in-range') ? out : undefined;
    });
    expect(card).toMatch(/^answers +corrected, rejected$/m);
    const answer = ['answer', runId, 'corrected', '--output', '{"topic":"rain","score":7}', '--evidence', 'archive'];
    const { out: operator } = await ada.run(['token', 'create', '--roles', 'operator']);
    const refused = await ada.run(answer, { env: { HOLDFAST_TOKEN: operator.trim() } });
    expect([refused.code, refused.said]).toEqual([24, expect.stringContaining('approver')]);
    await succeeded(grace, answer);
    const { code } = await ada.run(['watch', runId]);
    expect(code).toBe(0);
  },
  TIMEOUT_MS,
);

test(
  'a schedule is made, found again, shown, paused, resumed, triggered and deleted, and its runs are listed [cli.run-life]',
  async () => {
    const input = '{"run":"{scheduledAt}","scenario":"note"}';
    const create = ['schedule', 'create', 'hourly', '--job', 'desk', '--input', input, '--every', '1h'];
    expect((await succeeded(ada, create)).out).toMatch(/^when +every 1 h 0 min$/m);
    await succeeded(ada, create);
    const other = await ada.run([...create.slice(0, -1), '2h']);
    expect([other.code, other.said]).toEqual([12, expect.stringMatching(/^holdfast: [^\n]+\n$/)]);
    expect((await succeeded(ada, ['schedule', 'list'])).out).toMatch(/^hourly +desk +active/m);
    expect((await succeeded(ada, ['schedule', 'pause', 'hourly'])).out).toBe('hourly is paused\n');
    expect((await succeeded(ada, ['schedule', 'resume', 'hourly'])).out).toBe('hourly is active\n');
    await succeeded(ada, ['schedule', 'trigger', 'hourly']);
    const runId = await eventually(async () => {
      const { out } = await succeeded(ada, ['runs', '--actor', 'schedule:hourly', '--json']);
      return Page.parse(JSON.parse(out)).runs[0]?.runId;
    });
    await eventually(async () => {
      const { out } = await succeeded(ada, ['schedule', 'show', 'hourly']);
      return out.includes(runId) ? true : undefined;
    });
    await succeeded(ada, ['schedule', 'delete', 'hourly']);
    const gone = await ada.run(['schedule', 'show', 'hourly']);
    expect([gone.code, gone.said]).toEqual([2, expect.stringContaining('hourly')]);
  },
  TIMEOUT_MS,
);
