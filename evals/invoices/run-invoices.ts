import { casesOf, needsPerson } from './case.ts';
import type { Seed } from '../../examples/invoice-intake/seed.ts';
import { type DocumentInFile, type InvoicesData, readData } from './data.ts';
import { readBooks, seedBooks } from './books.ts';
import { deliverAll } from './deliver.ts';
import { evaluateRules } from './evaluate-rules.ts';
import { judgeBooks } from './judge-books.ts';
import { expectationOf, judgeDocument } from './judge-document.ts';
import { errorLines, judgeErrors } from './judge-errors.ts';
import { openEvaluation, type Evaluation } from './open-evaluation.ts';
import type { InvoicesOptions } from './options.ts';
import { type InvoicesReport, tableOf, type Unexpected } from './report.ts';
import { seedOf } from './vendors.ts';

type Tell = (line: string) => void;

/** What the documents came to. */
interface DocumentsResult {
  readonly figures: Omit<InvoicesReport, 'rules' | 'rulesAgreed' | 'unexpected'>;
  readonly unexpected: readonly Judged[];
}

/** A document that did not reach its end; `excused` where a model that errs explains it: a person was needed. */
interface Judged extends Unexpected {
  readonly excused: boolean;
}

const NONE: DocumentsResult = {
  figures: {
    documents: 0,
    endedAsExpected: 0,
    wronglyBooked: 0,
    bookedTwice: 0,
    wrongAmounts: 0,
    paidToUnknownAccount: 0,
    neededPerson: 0,
    errorsInjected: 0,
    errorsCaught: 0,
  },
  unexpected: [],
};
const EVERY = 10;

/**
 * Runs `eval invoices` and prints what it found. Answers the exit code: 1 when something is not as expected. With model
 * errors a run that needed a person is as good as its expected end, and every error is to be caught.
 */
export async function runInvoices(options: InvoicesOptions): Promise<number> {
  const tell: Tell = (line) => process.stderr.write(`eval: ${line}\n`);
  const data = await readData(options.data, tell);
  const rules = evaluateRules(data.rules);
  tell(`rules: ${rules.rulesAgreed} of ${rules.rules} agreed`);
  const { figures, unexpected } = await evaluateDocuments(options, data, tell);
  const listed = [...unexpected.map(({ excused: _, ...one }) => one), ...rules.unexpected];
  const report: InvoicesReport = {
    ...figures,
    rules: rules.rules,
    rulesAgreed: rules.rulesAgreed,
    unexpected: listed,
  };
  process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : tableOf(report));
  const { wronglyBooked, bookedTwice, wrongAmounts, paidToUnknownAccount, errorsInjected, errorsCaught } = figures;
  const harm = wronglyBooked + bookedTwice + wrongAmounts + paidToUnknownAccount + errorsInjected - errorsCaught;
  const failed = unexpected.filter(({ excused }) => !excused).length + rules.unexpected.length + harm;
  return failed === 0 ? 0 : 1;
}

async function evaluateDocuments(options: InvoicesOptions, data: InvoicesData, tell: Tell): Promise<DocumentsResult> {
  const documents = data.documents.slice(0, options.limit);
  if (documents.length === 0) return NONE;
  // From all of the data: whose an order is may be told by a document beyond the limit.
  const given = { documents, seed: seedOf(data) };
  const evaluation = await openEvaluation(options, tell);
  try {
    return await evaluate(given, evaluation, { errs: options.modelErrors > 0, tell });
  } finally {
    tell('stopping');
    await evaluation.close();
  }
}

async function evaluate(
  { documents, seed }: { documents: readonly DocumentInFile[]; seed: Seed },
  evaluation: Evaluation,
  { errs, tell }: { errs: boolean; tell: Tell },
): Promise<DocumentsResult> {
  const { client, tenant } = evaluation;
  const access = { ...evaluation.books, tenant };
  await seedBooks(access, seed);
  let done = 0;
  const onOutcome = (): void => {
    done += 1;
    if (done % EVERY === 0 || done === documents.length) tell(`${done} of ${documents.length} documents`);
  };
  const outcomes = await deliverAll(documents, { client, tenant, onOutcome });
  const cases = casesOf(documents, outcomes, seed.vendors);
  const books = await readBooks(access);
  const unexpected = cases.flatMap((one): Judged[] => {
    const got = judgeDocument(one, { cases, books });
    if (got === undefined) return [];
    const excused = errs && (needsPerson(one.outcome) || one.outcome.kind === 'left-out');
    return [{ id: one.document.id, expected: expectationOf(one.document.expected), got, excused }];
  });
  const missed = new Set(unexpected.map(({ id }) => id));
  const asExpected = new Set(documents.map(({ id }) => id).filter((id) => !missed.has(id)));
  const errors = await judgeErrors(cases, asExpected, { ...evaluation, tenant });
  errorLines(errors).forEach(tell);
  return {
    figures: {
      documents: documents.length,
      endedAsExpected: asExpected.size,
      ...judgeBooks(cases, books, seed.vendors),
      neededPerson: cases.filter(({ outcome }) => needsPerson(outcome)).length,
      errorsInjected: errors.length,
      errorsCaught: errors.filter(({ caught }) => caught !== undefined).length,
    },
    unexpected,
  };
}
