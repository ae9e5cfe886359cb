import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sharedStack } from '../stack-addresses.ts';
import { type DeskUnderTest, filing, looks, startDesk, submit } from './desk-under-test.ts';

const CREDENTIAL = 'sk-never-shown-0815';
const GOOD = { topic: 'rain', score: 5 };

let desk: DeskUnderTest;

beforeAll(async () => {
  desk = await startDesk({ layout: 'apart', credential: CREDENTIAL });
});

afterAll(async () => {
  await desk.close();
});

test('a run passes through workers of workflows and workers of calls that are apart [worker.layouts]', async () => {
  desk.receiver.behave(filing);
  const { run, received } = await desk.ask((_, turn) => (turn === 1 ? looks('rain') : submit(GOOD)));
  expect(run).toMatchObject({ status: 'completed', turns: 2 });
  expect(received).toHaveLength(1);
  expect(await desk.client.result(run.runId, { tenant: desk.tenant })).toEqual(GOOD);
});

test('the environment of a process that runs workflows names no database, system, endpoint or credential [worker.apart]', async () => {
  const secret = secretsOf(desk);
  const environments = await Promise.all(desk.engine.workers.map(({ pid }) => environmentOf(pid)));
  const [workflows = '', calls = ''] = ['"role":"workflows"', '"role":"calls"'].map((role) =>
    environments.find((text) => text.includes(role)),
  );
  expect(workflows).toContain('"role":"workflows"');
  expect(secret.filter((text) => workflows.includes(text))).toEqual([]);
  expect(workflows).not.toMatch(/postgres|databaseUrl|credential|endpoints|systems/i);
  expect(secret.filter((text) => !calls.includes(text))).toEqual([]);
});

test('the specification of a process that runs workflows names none of them either [worker.apart]', () => {
  const secret = secretsOf(desk);
  const specs = desk.engine.specs.filter(({ env }) => JSON.stringify(env).includes('\\"role\\":\\"workflows\\"'));
  expect(specs).toHaveLength(1);
  expect(secret.filter((text) => JSON.stringify(specs).includes(text))).toEqual([]);
});

function secretsOf({ model, receiver }: DeskUnderTest): readonly string[] {
  const { gateUrl } = sharedStack().database;
  return [gateUrl, new URL(gateUrl).password, model.address, receiver.address, CREDENTIAL];
}

async function environmentOf(pid: number): Promise<string> {
  return (await readFile(`/proc/${pid}/environ`, 'utf8')).replaceAll('\0', '\n');
}
