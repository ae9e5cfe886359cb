import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openSessions } from '../../cli/sessions.ts';
import { cliUser, type CliUser } from './run-cli.ts';
import { problem, startSmallApi, type SmallApi } from './small-api.ts';

const RUN = `job.${'a'.repeat(22)}`;

let ada: CliUser;
let api: SmallApi;

beforeAll(async () => {
  ada = cliUser();
  writeFileSync(join(ada.folder, 'broken.json'), '{"a":');
  api = await startSmallApi((_, response) =>
    problem(response, 'unknown-job', { status: 404, detail: 'There is no job "nothing"; there are probe.' }),
  );
});
afterAll(async () => {
  ada.remove();
  await api.close();
});

interface Bad {
  readonly args: string;
  readonly code: number;
  readonly sentence: string;
}

const BAD: readonly Bad[] = [
  { args: 'wacth', code: 2, sentence: 'Unknown command "wacth"; perhaps "watch" is meant.' },
  { args: 'fly', code: 2, sentence: 'Unknown command "fly"; `holdfast --help` shows the form.' },
  { args: 'token mint', code: 2, sentence: 'Unknown command "mint"; there are create, list, revoke.' },
  { args: 'runs --statsu x', code: 2, sentence: 'Unknown option "--statsu"; perhaps "--status" is meant.' },
  { args: 'runs --colour', code: 2, sentence: 'Unknown option "--colour"; `holdfast runs --help` shows the form.' },
  { args: 'runs --limit', code: 2, sentence: 'Option "--limit <number>" argument missing; `holdfast runs --help`' },
  { args: 'runs --limit 501', code: 2, sentence: '--limit takes a whole number from 1 to 500, not "501".' },
  { args: 'runs --status asleep', code: 2, sentence: 'it is one of running, paused, waiting, completed, failed' },
  { args: 'runs --started-after soon', code: 2, sentence: '"soon" is no moment; write it as 2026-01-31,' },
  { args: 'runs --started-after 2026-13-01', code: 2, sentence: '"2026-13-01" is no moment;' },
  { args: 'runs --all --limit 5', code: 2, sentence: '--all lists every run, so --limit says nothing;' },
  { args: 'show', code: 2, sentence: 'Missing required argument "run"; `holdfast show --help` shows the form.' },
  { args: 'show 7', code: 2, sentence: '"7" is no id of a run, which is <job>.<22 characters>; `holdfast runs`' },
  { args: `watch ${RUN} ${RUN}`, code: 2, sentence: 'Too many arguments for "watch"; expected 1 argument but got 2' },
  { args: `watch ${RUN} --timeout 5`, code: 2, sentence: '"5" is no length of time; write it as 90s, 10m, 2h' },
  { args: 'run job', code: 2, sentence: 'Required option "-i, --input <json>" not specified;' },
  { args: 'run job -i none.json', code: 2, sentence: 'The file none.json of --input cannot be read' },
  { args: 'run job -i broken.json', code: 2, sentence: 'The file broken.json of --input is no JSON:' },
  { args: 'run job -i {a}', code: 2, sentence: 'The value of --input is no JSON:' },
  { args: 'run job -i {} --timeout 5m', code: 2, sentence: '--timeout is for waiting; add --wait or --watch.' },
  { args: `answer ${RUN} maybe --evidence x`, code: 2, sentence: 'it is one of happened, did-not-happen, corrected' },
  { args: `answer ${RUN} happened`, code: 2, sentence: 'Required option "--evidence <text>" not specified;' },
  { args: `answer ${RUN} did-not-happen --evidence x`, code: 2, sentence: 'did-not-happen needs --next repeat or' },
  { args: `answer ${RUN} corrected --evidence x`, code: 2, sentence: 'corrected needs --output,' },
  { args: `answer ${RUN} rejected --evidence x --output 1`, code: 2, sentence: '--output is for happened and' },
  { args: 'schedule create s --job j -i {}', code: 2, sentence: 'A schedule needs exactly one of --cron and --every.' },
  { args: 'schedule create s --job j -i {} --every 500ms', code: 2, sentence: 'is no whole number of seconds' },
  { args: 'login Ada', code: 2, sentence: '"Ada" is no name of a person;' },
  { args: 'login zoe', code: 5, sentence: 'No Holdfast API is known here;' },
  { args: 'login zoe --tenant Front_Office', code: 2, sentence: 'The tenant "Front_Office" is not 1 to 63 of' },
  { args: 'runs --api localhost:80', code: 2, sentence: '--api is "localhost:80"; it must be an address such as' },
  { args: 'runs', code: 5, sentence: 'No Holdfast API is known here; start one with `holdfast up` in your project' },
  { args: 'runs --api http://127.0.0.1:9', code: 23, sentence: 'You are not logged in at http://127.0.0.1:9; log in' },
  { args: 'init shop', code: 2, sentence: 'run `npx holdfast init shop`.' },
  { args: 'config check nowhere', code: 2, sentence: 'There is no folder nowhere; name the folder of temporal.yaml.' },
];

test.each(BAD)(
  'holdfast $args gets one sentence with the fix and exit code $code [cli.bad-input]',
  async ({ args, code, sentence }) => {
    const ended = await ada.run(args.split(' '));
    expect(ended.said).toContain(sentence);
    expect(ended.said).toMatch(/^holdfast: [^\n]+\n$/);
    expect({ code: ended.code, out: ended.out }).toEqual({ code, out: '' });
  },
);

test('an API that is down gets one sentence with the fix and exit code 5 [cli.api-down]', async () => {
  const gone = await startSmallApi(() => {});
  await gone.close();
  const ended = await ada.run(['runs', '--api', gone.address], { env: { HOLDFAST_TOKEN: 'hf1.t.i.s' } });
  expect(ended.said).toBe(
    `holdfast: No Holdfast API answers at ${gone.address} (nothing listens there); start it with \`holdfast up\`, or name another with --api or HOLDFAST_API.\n`,
  );
  expect(ended.code).toBe(5);
});

test('a log-in that is over is told before anything is sent [cli.session]', async () => {
  const grace = cliUser();
  const session = { principal: 'grace', tenant: 'default', token: 'hf1.x', expiresAt: '2026-01-01T00:00:00.000Z' };
  openSessions(grace.env).keep(api.address, session, true);
  const before = api.seen.length;
  const ended = await grace.run(['runs']);
  grace.remove();
  expect(ended.said).toContain('log in again with `holdfast login grace --tenant default`');
  expect([ended.code, api.seen.length - before]).toEqual([23, 0]);
});

test('a token that cannot be one is refused by the name of its variable, and not shown [cli.bad-input]', async () => {
  const ended = await ada.run(['runs', '--api', api.address], { env: { HOLDFAST_TOKEN: 'two words' } });
  expect([ended.code, ended.said]).toEqual([2, expect.stringMatching(/^holdfast: HOLDFAST_TOKEN holds no token/)]);
  expect(ended.said).not.toContain('two words');
});

test("a job that does not exist gets the API's sentence and exit code 2 [cli.bad-input]", async () => {
  const args = ['run', 'nothing', '--input', '{}', '--api', api.address];
  const ended = await ada.run(args, { env: { HOLDFAST_TOKEN: 'hf1.t.i.s' } });
  expect(ended).toEqual({ code: 2, out: '', said: 'holdfast: There is no job "nothing"; there are probe.\n' });
});

test('the first log-in makes a key, prints what an admin needs, and ends 23 [cli.login]', async () => {
  const maria = cliUser();
  const first = await maria.run(['login', 'maria', '--tenant', 'accounts', '--api', api.address]);
  expect(first.out).toMatch(
    /^auth:\n {2}principals:\n {4}maria:\n {6}publicKey: ed25519:[\w-]{43}\n {6}tenants: \[accounts\]\n {6}roles: \[viewer\]\n$/,
  );
  expect([first.code, first.said]).toEqual([23, expect.stringContaining('log in with `holdfast login maria`')]);
  const again = await maria.run(['login', '--new-key', 'maria']);
  expect([again.code, again.said]).toEqual([2, expect.stringContaining('There is a key at')]);
  maria.remove();
});

test('a log-in where no API is known makes no key, which would stand before that of a sample person [cli.login]', async () => {
  const zoe = cliUser();
  expect((await zoe.run(['login', 'zoe'])).code).toBe(5);
  expect(existsSync(join(zoe.folder, 'config/holdfast/keys'))).toBe(false);
  zoe.remove();
});

test('a refused own key names the key that the project has for a sample person of this name [cli.login]', async () => {
  const refusing = await startSmallApi((_, response) =>
    problem(response, 'unauthenticated', { status: 401, detail: 'It is not known.' }),
  );
  const zoe = cliUser({ HOLDFAST_API: refusing.address });
  await zoe.run(['login', '--new-key', 'zoe']);
  const sample = join(zoe.folder, '.holdfast/people/zoe.key');
  expect((await zoe.run(['login', 'zoe'])).said).not.toContain('--key');
  mkdirSync(dirname(sample), { recursive: true });
  writeFileSync(sample, '', { mode: 0o600 });
  const refused = await zoe.run(['login', 'zoe']);
  expect([refused.code, refused.said]).toEqual([23, expect.stringContaining(`add \`--key ${sample}\` to log in`)]);
  zoe.remove();
  await refusing.close();
});

test('help and version go to standard output, also in a pipe that is closed early [cli.help]', async () => {
  const [bare, help, version] = await Promise.all([ada.run([]), ada.run(['--help']), ada.run(['--version'])]);
  expect(bare).toEqual(help);
  expect(help.out).toMatch(/^Usage: holdfast \[options\] \[command\]\n/);
  expect(version.out).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect([help.code, help.said, version.code, version.said]).toEqual([0, '', 0, '']);
  const piped = ada.start(['--help']);
  piped.child.stdout.destroy();
  expect((await piped.ended).code).toBe(0);
});
