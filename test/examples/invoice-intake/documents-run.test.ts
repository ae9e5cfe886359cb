import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import PDFDocument from 'pdfkit';
import type { SeenRun } from '../../../client/index.ts';
import { SAMPLE_DOCUMENTS } from '../../../examples/invoice-intake/expected.ts';
import type { ExtractedFields } from '../../../examples/invoice-intake/extracted-fields.ts';
import { invoiceIntake } from '../../../examples/invoice-intake/job.ts';
import type { Delivery } from '../../../examples/invoice-intake/schemas.ts';
import { SEED } from '../../../examples/invoice-intake/seed.ts';
import { type ProbeEngine, startProbe } from '../../fixtures/probe-engine.ts';
import { endOfRun } from '../../kills/end-of-run.ts';
import { calls, type ModelRequestSeen, type ScriptedModel, startScriptedModel } from '../../fixtures/scripted-model.ts';
import { type BooksUnderTest, createSchemaFor, dropSchema, startBooks } from './books-under-test.ts';
import { MAIL_FIELDS, PDF_FIELDS, sampleDelivery } from './sample-documents.ts';

const SCHEMA = 'books_documents';

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

type Turn = (turn: number) => ReturnType<typeof calls>;

function submit(output: unknown): ReturnType<typeof calls> {
  return calls({ name: 'submit', arguments: output });
}

/** Runs a document with a model that reads as it is told, and then proposes the booking that is expected of a sample. */
async function run(
  delivery: Delivery,
  [sample, more = {}]: readonly [name: string, other?: object],
  read: Turn,
): Promise<{ run: SeenRun; asked: ModelRequestSeen[] }> {
  const { client, tenant } = engine;
  const expected = SAMPLE_DOCUMENTS.find(({ file }) => file === sample)?.expected;
  const booking = expected !== undefined && 'booking' in expected ? { ...expected.booking, ...more } : undefined;
  const before = model.requests.length;
  model.script((request, turn) =>
    request.tools.some((tool) => tool.function.name === 'find_vendor') ? submit(booking) : read(turn),
  );
  const { runId } = await client.start(invoiceIntake, delivery, { tenant });
  const ended = await client.wait(runId, { tenant, timeoutMs: 50_000 });
  const asked = model.requests
    .slice(before)
    .filter(({ tools }) => !tools.some((tool) => tool.function.name === 'find_vendor'));
  return { run: ended, asked };
}

async function booked(fields: ExtractedFields): Promise<readonly unknown[]> {
  const all = (await books.listOf(engine.tenant, 'bookings')) as readonly { number: string }[];
  return all.filter(({ number }) => number === fields.number);
}

test('a PDF is read by an agent, told what does not add up, and booked [document.formats] [document.read-by-agent]', async () => {
  const wrong = { ...PDF_FIELDS, totals: { ...PDF_FIELDS.totals, gross: '1184.50' } };
  const { run: ended, asked } = await run(sampleDelivery('08-text.pdf'), ['08-text.pdf'], (turn) =>
    submit(turn === 1 ? wrong : PDF_FIELDS),
  );
  expect(ended.end).toBeUndefined();
  expect(await booked(PDF_FIELDS)).toHaveLength(1);
  expect(asked).toHaveLength(2);
  expect(asked[0]?.tools.map((tool) => tool.function.name)).toEqual(['submit']);
  expect(asked[0]?.messages[1]?.content).toContain('1.409,56 EUR');
  expect(asked[1]?.messages.at(-1)?.content).toContain('BR-CO-15');
});

test('a mail longer than an agent is shown is read on, and booked [document.bounded]', async () => {
  const { base64 = '' } = sampleDelivery('09-mail.eml');
  const filler = Array.from({ length: 700 }, (_, index) => `Remark ${index}: ${'.'.repeat(60)}\r\n`).join('');
  const text = Buffer.from(base64, 'base64').toString('utf8');
  const long = text.replace('Invoice number', `${filler}Invoice number`);
  const delivery = { ...sampleDelivery('09-mail.eml'), source: 'long', base64: Buffer.from(long).toString('base64') };
  const { run: ended, asked } = await run(delivery, ['09-mail.eml'], (turn) =>
    turn < 3 ? calls({ name: 'read_on', arguments: { from: turn * 24_000 } }) : submit(MAIL_FIELDS),
  );
  expect(ended.end).toBeUndefined();
  expect(await booked(MAIL_FIELDS)).toHaveLength(1);
  expect(asked[0]?.tools.map((tool) => tool.function.name)).toEqual(['read_on', 'submit']);
  expect(asked[0]?.messages[1]?.content).toMatch(/This is not all: \d+ more characters follow\./u);
  expect(asked[0]?.messages[1]?.content?.length).toBeLessThan(25_000);
  expect(JSON.parse(asked[2]?.messages.at(-1)?.content ?? '')).toMatchObject({
    from: 48_000,
    next: null,
    text: expect.stringContaining('Amount due: 1,701.70 EUR'),
  });
});

test('a text with an account that is not on file ends rejected, naming it [document.read-by-agent] [example.changed-account]', async () => {
  const account = 'DE02100100100006820101';
  const { base64 = '' } = sampleDelivery('09-mail.eml');
  const changed = Buffer.from(base64, 'base64')
    .toString('utf8')
    .replace(/IBAN: .*/u, `IBAN: ${account}`);
  const delivery = {
    ...sampleDelivery('09-mail.eml'),
    source: 'changed',
    base64: Buffer.from(changed).toString('base64'),
  };
  const { run: ended } = await run(delivery, ['09-mail.eml', { account }], () =>
    submit({ ...MAIL_FIELDS, accounts: [account] }),
  );
  expect(ended.end).toMatchObject({ code: 'rejected', sentence: expect.stringContaining(account) });
});

test('a PDF of 15 MB is read without any worker losing its calls, and one that cannot be read ends its run [document.bounded] [document.hostile]', async () => {
  const large = await pdf((page) => {
    page.file(randomBytes(15 * 1024 * 1024), { name: 'photo.bin' });
    page.text('Alster Druck');
  });
  const delivery = { source: 'large', mediaType: 'application/pdf', base64: large.toString('base64') };
  model.script(() => ({ message: { role: 'assistant', content: null, refusal: 'Too dull.' }, finish: 'stop' }));
  const { client, tenant } = engine;
  const { runId } = await client.start(invoiceIntake, delivery, { tenant });
  expect(await endOfRun(engine, runId)).toBe('asks correction');
  await client.cancel(runId, { tenant, actor: 'test' });
  const locked = await pdf((page) => page.text('Rechnung'), { userPassword: 'x' });
  const refused = await run({ ...delivery, source: 'locked', base64: locked.toString('base64') }, [''], () =>
    submit({}),
  );
  expect(refused.asked).toEqual([]);
  expect(refused.run.end).toEqual({
    code: 'invalid-input',
    sentence: 'The document is a PDF that is encrypted; ask the sender for one without a password.',
  });
});

async function pdf(draw: (page: PDFKit.PDFDocument) => void, options: PDFKit.PDFDocumentOptions = {}): Promise<Buffer> {
  const page = new PDFDocument({ compress: false, ...options });
  const chunks: Buffer[] = [];
  page.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise((resolve) => page.on('end', resolve));
  draw(page);
  page.end();
  await ended;
  return Buffer.concat(chunks);
}
