import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ShownQuestion } from '../../../client/index.ts';
import { SAMPLE_DOCUMENTS } from '../../../examples/invoice-intake/expected.ts';
import type { ExtractedFields } from '../../../examples/invoice-intake/extracted-fields.ts';
import { invoiceIntake } from '../../../examples/invoice-intake/job.ts';
import type { Delivery } from '../../../examples/invoice-intake/schemas.ts';
import { SEED } from '../../../examples/invoice-intake/seed.ts';
import { eventually } from '../../fixtures/eventually.ts';
import { type ProbeEngine, startProbe } from '../../fixtures/probe-engine.ts';
import { calls, type ScriptedModel, startScriptedModel } from '../../fixtures/scripted-model.ts';
import { type BooksUnderTest, createSchemaFor, dropSchema, startBooks } from './books-under-test.ts';
import { MAIL_FIELDS, PLAIN_BOOKING, sampleDelivery } from './sample-documents.ts';

const SCHEMA = 'books_strangers';
const STRANGER = { name: 'Feldmann Gartenbau', vatId: 'DE100000256' };

let books: BooksUnderTest;
let model: ScriptedModel;
let engine: ProbeEngine;

beforeAll(async () => {
  await createSchemaFor(SCHEMA);
  [books, model] = await Promise.all([startBooks(SCHEMA), startScriptedModel()]);
  engine = await startProbe({
    jobs: ['examples/invoice-intake'],
    systems: { books: { address: books.address, credential: books.token } },
    model: model.address,
  });
  await books.ask('POST /seed', { tenant: engine.tenant, body: SEED });
});

afterAll(async () => {
  await engine.close();
  await Promise.all([books.stop(), model.close()]);
  await dropSchema(SCHEMA);
});

/** Starts a run of the sample mail with a model that reads these fields and proposes the booking that is right for the sample. */
async function startMail(source: string, fields: ExtractedFields): Promise<string> {
  const expected = SAMPLE_DOCUMENTS.find(({ file }) => file === '09-mail.eml')?.expected;
  const booking = expected !== undefined && 'booking' in expected ? expected.booking : undefined;
  model.script(({ tools }) =>
    calls({ name: 'submit', arguments: tools.some((tool) => tool.function.name === 'find_vendor') ? booking : fields }),
  );
  return start({ ...sampleDelivery('09-mail.eml'), source });
}

async function start(delivery: Delivery): Promise<string> {
  const { runId } = await engine.client.start(invoiceIntake, delivery, { tenant: engine.tenant });
  return runId;
}

function questionOf(runId: string): Promise<ShownQuestion> {
  return eventually(() => engine.client.question(runId, { tenant: engine.tenant }));
}

test('a supplier whom an agent read and nobody has on file goes to a person, not back to the sender [document.stranger]', async () => {
  const runId = await startMail('stranger', { ...MAIL_FIELDS, supplier: STRANGER });
  const { question, findings, sentence } = await questionOf(runId);
  expect(question).toBe('correction');
  expect(sentence).toContain('No vendor on file is "Feldmann Gartenbau" (VAT number DE100000256)');
  expect(sentence).toContain('may be wrong');
  expect(findings.map(({ of, rule }) => `${of} ${rule}`)).toEqual(['output vendor-on-file', 'output account-on-file']);
  const rejected = { answer: { kind: 'rejected' }, actor: 'ada', evidence: 'not ours', tenant: engine.tenant } as const;
  await engine.client.answer(runId, rejected);
  const ended = await engine.client.wait(runId, { tenant: engine.tenant, timeoutMs: 50_000 });
  expect(ended.end).toMatchObject({
    code: 'rejected',
    sentence: expect.stringContaining('ada rejected it (not ours)'),
  });
  expect(await books.listOf(engine.tenant, 'bookings')).toEqual([]);
});

test('a supplier of a UBL document who is not on file is the sender’s to mend [document.stranger]', async () => {
  model.script(() => calls({ name: 'submit', arguments: PLAIN_BOOKING }));
  const { text = '', ...delivery } = sampleDelivery('01-plain.xml');
  const runId = await start({
    ...delivery,
    source: 'other',
    text: text.replaceAll('Nordlicht Bürobedarf', 'Südlicht'),
  });
  const ended = await engine.client.wait(runId, { tenant: engine.tenant, timeoutMs: 50_000 });
  expect(ended.end).toMatchObject({
    code: 'rejected',
    sentence: expect.stringContaining('No vendor on file is "Südlicht'),
  });
});
