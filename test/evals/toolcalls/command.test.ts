import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runEvaluation } from '../run-evaluation.ts';
import type { ToolcallsReport } from '../../../evals/toolcalls/report.ts';
import { ODD_BFCL, ODD_MULTI_TURN } from './odd-data.ts';
import { SMALL } from './small-data.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-eval-'));
  mkdirSync(join(folder, 'data'));
  writeFileSync(join(folder, 'data/bfcl.json'), JSON.stringify(SMALL.bfcl));
  writeFileSync(join(folder, 'data/bfcl-multiturn.json'), JSON.stringify(SMALL.multiTurn));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

// All run at the same time, each long one in a home of its own: one alone leaves the machine half idle.

test.concurrent('eval toolcalls lets valid calls reach their tools and no other one, and leaves nothing behind [eval.toolcalls]', async () => {
  const home = join(folder, 'home');
  const { code, out, said } = await runEvaluation(home, ['toolcalls', '--data', join(folder, 'data'), '--json']);
  expect(said).toContain('4 of 4 cases');
  expect(JSON.parse(out)).toEqual({
    validCalls: 3,
    validDispatched: 3,
    invalidCalls: 7,
    invalidRefused: 7,
    irrelevant: 1,
    irrelevantDispatched: 0,
    multiTurn: 1,
    multiTurnReached: 1,
    // A read of a late worker is made again, under its key.
    repeatedRequests: expect.any(Number),
    wallMs: expect.any(Number),
    unexpected: [],
  });
  expect(code).toBe(0);
  expect(readdirSync(join(home, 'eval'))).toEqual([]);
}, 120_000);

test.concurrent('eval toolcalls judges what can be played of odd data, and reports the rest [eval.toolcalls]', async () => {
  mkdirSync(join(folder, 'odd'));
  writeFileSync(join(folder, 'odd/bfcl.json'), JSON.stringify(ODD_BFCL));
  writeFileSync(join(folder, 'odd/bfcl-multiturn.json'), JSON.stringify(ODD_MULTI_TURN));
  const home = join(folder, 'odd-home');
  const { code, out, said } = await runEvaluation(home, ['toolcalls', '--data', join(folder, 'odd'), '--json']);
  expect(said).toContain('14 of 14 cases');
  expect(said).toContain('The tool "area_or_none" is taken without what is not of draft 2020-12: `nullable`.');
  const report = JSON.parse(out) as ToolcallsReport;
  expect(report).toMatchObject({ validCalls: 21, validDispatched: 14, invalidCalls: 19, invalidRefused: 12 });
  expect(report).toMatchObject({ irrelevant: 0, multiTurn: 2, multiTurnReached: 0 });
  expect(report.unexpected.map(({ id }) => id)).not.toContain('cut');
  expect(report.unexpected).toHaveLength(12);
  expect(code).toBe(1);
}, 120_000);

test.concurrent.each([
  [['toolcalls'], '--data names the folder of the data'],
  [
    ['toolcalls', '--data', 'nowhere'],
    'nowhere holds neither bfcl.json nor bfcl-multiturn.json; name the folder that does by --data.',
  ],
  [['toolcalls', '--data', '.', '--limit', '0'], '--limit takes a whole number from 1 to 1000000, not "0".'],
])('eval refuses %j in one sentence with exit code 2', async (args, sentence) => {
  const refused = await runEvaluation(join(folder, 'refused-home'), args);
  expect(refused).toMatchObject({ code: 2, out: '' });
  expect(refused.said.trim().split('\n')).toEqual([expect.stringContaining(sentence)]);
});
