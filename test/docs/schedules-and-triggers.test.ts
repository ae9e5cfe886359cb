import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DEFAULT_TENANT } from '../../client/index.ts';
import { type ApiUnderTest, startApiUnderTest } from '../api/fixture.ts';
import { load } from '../config/config-folder.ts';

const ROOT = join(import.meta.dirname, '../..');
const PAGE = readFileSync(join(ROOT, 'docs/schedules-and-triggers.md'), 'utf8');
const ENOUGH_MS = 90_000;
const secret = `whsec_${randomBytes(32).toString('base64')}`;
const run = promisify(execFile);

let api: ApiUnderTest;
let token: string;

beforeAll(async () => {
  const [yaml = ''] = blocksOf('yaml');
  const { triggers } = load(yaml, { env: { MAIL_SECRET: secret } });
  api = await startApiUnderTest({
    tenant: DEFAULT_TENANT,
    jobs: [join(ROOT, 'examples/invoice-intake')],
    triggers: Object.fromEntries(
      Object.entries(triggers).map(([name, { secrets, ...trigger }]) => [name, { ...trigger, secrets: [...secrets] }]),
    ),
  });
  token = await api.token('ada');
});

afterAll(async () => {
  await api?.close();
});

test('the commands of the page make a schedule, steer it and remove it [code.documents]', async () => {
  const [make = '', steer = ''] = blocksOf('sh');
  expect(JSON.parse(await shell(make))).toMatchObject({ schedule: 'drop-box', createdBy: 'ada', overlap: 'skip' });
  const answers = (await shell(steer)).split(/(?<=\})(?=\{)/).map((text) => JSON.parse(text) as { note: string });
  expect(answers.map(({ note }) => note)).toEqual([
    'paused by ada: holidays',
    'resumed by ada',
    'triggered by ada: by hand',
    'triggered by ada: by hand',
  ]);
  await expect(api.client.schedules.show({ schedule: 'drop-box' })).rejects.toMatchObject({ code: 'unknown-schedule' });
});

test('the commands of the page send a signed message that starts one run [code.documents]', async () => {
  const [, , send = ''] = blocksOf('sh');
  const first = JSON.parse(await shell(send)) as { runId: string };
  expect(first).toEqual({ runId: expect.stringMatching(/^invoice-intake\./), existing: false });
  expect(JSON.parse(await shell(send))).toEqual({ ...first, existing: true });
});

test(
  'the code of the page compiles, and makes a schedule [code.documents]',
  async () => {
    const folder = mkdtempSync(join(ROOT, '.scratch-'));
    try {
      const [code = ''] = blocksOf('ts');
      writeFileSync(join(folder, 'nightly.ts'), code);
      writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ extends: '../tsconfig.json', include: ['*.ts'] }));
      const args = [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', folder];
      await expect(run(process.execPath, args)).resolves.toMatchObject({ stdout: '' });
      const { nightly } = (await import(join(folder, 'nightly.ts'))) as {
        nightly: (client: ApiUnderTest['client']) => Promise<readonly Date[]>;
      };
      expect((await nightly(api.client)).length).toBeGreaterThan(0);
      expect(await nightly(api.client)).toEqual(await nightly(api.client));
    } finally {
      await api.client.schedules.remove({ schedule: 'nightly', actor: 'ada' });
      rmSync(folder, { recursive: true });
    }
  },
  ENOUGH_MS,
);

function blocksOf(language: string): readonly string[] {
  return [...PAGE.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, text = '']) => text);
}

async function shell(script: string): Promise<string> {
  const { PATH = '' } = process.env;
  const env = { PATH, HOLDFAST_API: api.address, HOLDFAST_TOKEN: token, MAIL_SECRET: secret };
  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script], { env });
  return stdout;
}
