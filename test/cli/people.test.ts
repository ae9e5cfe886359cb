import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { SweepStore } from '../../gate/sweep-store.ts';
import { databaseAs } from '../gate/fixture.ts';
import { type Office, openOffice, succeeded } from './office.ts';
import { cliUser, type CliUser } from './run-cli.ts';

const TIMEOUT_MS = 90_000;
const DOCTOR_TRIES = 15;

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

test(
  'tokens for programs are made, listed and revoked, and a revoked one is worth nothing [cli.token]',
  async () => {
    const made = await ada.run(['token', 'create', '--label', 'nightly', '--roles', 'operator', '--days', '1']);
    const token = made.out.trim();
    expect([made.code, made.said]).toEqual([0, expect.stringContaining('it is shown this once')]);
    expect(token).toMatch(/^hf1\./);
    const program = cliUser({ HOLDFAST_API: office.address, HOLDFAST_TOKEN: token });
    const known = await program.run(['whoami', '--json']);
    expect(JSON.parse(known.out)).toMatchObject({ principal: 'ada', roles: ['operator'], tenant: desk.tenant });
    const { tokenId } = z.object({ tokenId: z.string() }).parse(JSON.parse(known.out));
    expect((await succeeded(ada, ['token', 'list'])).out).toMatch(new RegExp(`^${tokenId} .*nightly$`, 'm'));
    await succeeded(ada, ['token', 'revoke', tokenId]);
    const refused = await program.run(['runs']);
    expect([refused.code, refused.said]).toEqual([23, expect.stringContaining('revoked')]);
    program.remove();
  },
  TIMEOUT_MS,
);

test(
  'the doctor finds database, Temporal, workers, endpoints and clocks well through the API [cli.doctor]',
  async () => {
    // Nobody else sweeps the stack that tests share, which the doctor would say.
    const database = databaseAs('client', 1);
    await new SweepStore(database).end({});
    await database.close();
    // Another test may have left a Task Queue without workers, which concerns all tenants, for as long as it runs.
    let seen = await doctor();
    for (let again = 0; seen.code !== 0 && again < DOCTOR_TRIES; again += 1) seen = await doctor();
    const { code, ok, findings } = seen;
    expect(findings.filter(({ state }) => state === 'wrong')).toEqual([]);
    expect([code, ok]).toEqual([0, true]);
    expect(findings.map(({ check }) => check)).toEqual(
      expect.arrayContaining([
        'node',
        'disk',
        'api',
        'login',
        'postgresql',
        'temporal',
        'workers',
        'endpoints',
        'clock',
      ]),
    );
  },
  TIMEOUT_MS,
);

test(
  'a job that does not exist, an input that does not fit and a stolen key get one sentence each [cli.bad-input]',
  async () => {
    const unknown = await ada.run(['run', 'nothing', '--input', '{}']);
    expect([unknown.code, unknown.said]).toEqual([2, expect.stringMatching(/^holdfast: .*nothing.*\n$/)]);
    const unfit = await ada.run(['run', 'desk', '--input', '{"scenario":"ask"}']);
    expect([unfit.code, unfit.said]).toEqual([2, expect.stringMatching(/^holdfast: [^\n]+\n$/)]);
    const missing = await ada.run(['show', `desk.${'x'.repeat(22)}`]);
    expect([missing.code, missing.said]).toEqual([2, expect.stringMatching(/^holdfast: [^\n]+\n$/)]);
    const key = join(grace.folder, 'config/holdfast/keys/grace.key');
    const posing = await ada.run(['login', 'ada', '--key', key, '--tenant', desk.tenant, '--api', office.address]);
    expect([posing.code, posing.said]).toEqual([23, expect.stringContaining('The key of ')]);
  },
  TIMEOUT_MS,
);

test(
  'who logs out is nobody here, and the token is worth nothing anywhere [cli.login]',
  async () => {
    const leaving = cliUser({ HOLDFAST_API: office.address });
    const key = join(grace.folder, 'config/holdfast/keys/grace.key');
    const login = await succeeded(leaving, ['login', 'grace', '--key', key, '--tenant', desk.tenant]);
    expect(login.out).toMatch(/^grace in the tenant "test-\w+" at http:.*, as approver, auditor, until 20/);
    await succeeded(leaving, ['whoami']);
    await succeeded(leaving, ['logout']);
    const after = await leaving.run(['whoami']);
    expect([after.code, after.said]).toEqual([23, expect.stringContaining('You are not logged in at')]);
    leaving.remove();
  },
  TIMEOUT_MS,
);

async function doctor(): Promise<{
  code: number | null;
  ok: boolean;
  findings: readonly { check: string; state: string }[];
}> {
  const { code, out } = await ada.run(['doctor', '--json']);
  const found = z.object({ ok: z.boolean(), findings: z.array(z.object({ check: z.string(), state: z.string() })) });
  return { code, ...found.parse(JSON.parse(out)) };
}
