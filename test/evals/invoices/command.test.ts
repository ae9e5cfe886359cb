import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { InvoicesReport } from '../../../evals/invoices/report.ts';
import { runEvaluation } from '../run-evaluation.ts';
import { smallData, writeData } from './small-data.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-eval-'));
  writeData(join(folder, 'data'), smallData());
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

// All run at the same time, each long one in a home of its own: one alone leaves the machine half idle.

test.concurrent('eval invoices runs each document, judges it by the books, and leaves nothing behind [eval.invoices]', async () => {
  const home = join(folder, 'home');
  const { code, out, said } = await runEvaluation(home, ['invoices', '--data', join(folder, 'data'), '--json']);
  expect(said).toContain('4 of 4 documents');
  expect(JSON.parse(out)).toEqual({
    documents: 4,
    endedAsExpected: 4,
    wronglyBooked: 0,
    bookedTwice: 0,
    wrongAmounts: 0,
    paidToUnknownAccount: 0,
    neededPerson: 0,
    errorsInjected: 0,
    errorsCaught: 0,
    rules: 2,
    rulesAgreed: 2,
    unexpected: [],
  } satisfies InvoicesReport);
  expect(code).toBe(0);
  expect(out.trim().split('\n')).toHaveLength(1);
  expect(readdirSync(join(home, 'eval'))).toEqual([]);
}, 120_000);

test.concurrent('a model that errs in every answer books nothing, and every error is caught [eval.errors-caught]', async () => {
  const args = ['invoices', '--data', join(folder, 'data'), '--json', '--model-errors', '1', '--seed', '4'];
  const { code, out } = await runEvaluation(join(folder, 'erring-home'), args);
  const report = JSON.parse(out) as InvoicesReport;
  expect(report).toMatchObject({ wronglyBooked: 0, bookedTwice: 0, wrongAmounts: 0, paidToUnknownAccount: 0 });
  expect(report.errorsInjected).toBeGreaterThan(0);
  expect(report.errorsCaught).toBe(report.errorsInjected);
  expect(report.neededPerson).toBeGreaterThan(0);
  expect(code).toBe(0);
}, 120_000);

test.concurrent('without a stack, rules alone are judged, and a disagreement ends with exit code 1 and is listed', async () => {
  const rules = [...smallData().rules.map((rule) => ({ ...rule, expect: 'pass' })), unreadable('no-xml')];
  const data = join(folder, 'rules');
  writeData(data, smallData());
  rmSync(join(data, 'documents.json'));
  writeFileSync(join(data, 'rules.json'), JSON.stringify(rules));
  const { code, out, said } = await runEvaluation(join(folder, 'rules-home'), ['invoices', '--data', data]);
  expect(code).toBe(1);
  expect(said).toContain('there is no documents.json');
  expect(out).toMatch(/^documents +0$/m);
  expect(out).toMatch(/^rulesAgreed +1$/m);
  expect(out).toContain('due: expected BR-CO-16 pass; got fail');
  expect(out).toContain('no-xml: expected BR-CO-10 pass; got The document is no XML');
});

test.concurrent.each([
  [['invoices'], '--data names the folder of the data'],
  [
    ['invoices', '--data', 'nowhere'],
    'nowhere holds neither documents.json nor rules.json; name the folder that does by --data.',
  ],
  [['invoices', '--data', '.', '--model-errors', '2'], '--model-errors takes a share from 0 to 1'],
  [['invoices', '--data', '.', '--seed', 'x'], '--seed takes a whole number from 0 to 4294967295, not "x".'],
  [['invoices', '--data', '.', '--limit', '0'], '--limit takes a whole number from 1 to 1000000, not "0".'],
  [['invoices', '--data', '.', '--fast'], "Unknown option '--fast'"],
  [['bills'], 'There is no evaluation "bills"'],
  [[], 'Name an evaluation'],
])('eval refuses %j in one sentence with exit code 2', async (args, sentence) => {
  const refused = await runEvaluation(join(folder, 'refused-home'), args);
  expect(refused).toMatchObject({ code: 2, out: '' });
  expect(refused.said.trim().split('\n')).toEqual([expect.stringContaining(sentence)]);
});

function unreadable(id: string): object {
  return { id, rule: 'BR-CO-10', expect: 'pass', xml: 'not a fragment' };
}
