import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { SeenRun } from '../../../client/index.ts';
import {
  BODY_FORMS,
  generateMailInvoice,
  type MailForm,
} from '../../../examples/invoice-intake/generate/mail/generate-mail-invoice.ts';
import { generatePdfInvoice } from '../../../examples/invoice-intake/generate/pdf/generate-pdf-invoice.ts';
import { invoiceIntake } from '../../../examples/invoice-intake/job.ts';
import type { VendorOnFile } from '../../../examples/invoice-intake/matching.ts';
import type { Booking, Delivery } from '../../../examples/invoice-intake/schemas.ts';
import type { OrderToSeed } from '../../../examples/invoice-intake/seed.ts';
import { type NodeService, startNodeService } from '../../fixtures/node-service.ts';
import { type ProbeEngine, startProbe } from '../../fixtures/probe-engine.ts';
import { type BooksUnderTest, createSchemaFor, dropSchema, startBooks } from './books-under-test.ts';

const SCHEMA = 'books_generated_texts';
const COUNT = 15;
/** At least this many of each are to be booked without a person. */
const ENOUGH = 14;
/** Other documents are made with another first seed, such as `HOLDFAST_TEST_SEED=50000`. */
const FIRST_SEED = Number(process.env['HOLDFAST_TEST_SEED'] ?? 21_000);
const FORMS: readonly MailForm[] = [...BODY_FORMS, 'pdf-attached', 'xml-attached'];
const WAIT_MS = 200_000;
const PAUSE_MS = 500;

/** A generated document, as it is delivered, with what the books must know and the one right booking. */
interface Case {
  readonly delivery: Delivery;
  readonly vendor: VendorOnFile;
  readonly order: OrderToSeed | null;
  readonly expected: Booking;
}

type Ended = Case & { readonly seen: SeenRun };

/** Whatever was delivered, with how it ended. */
const delivered: Ended[] = [];

let books: BooksUnderTest;
let model: NodeService;
let engine: ProbeEngine;

beforeAll(async () => {
  await createSchemaFor(SCHEMA);
  [books, model] = await Promise.all([startBooks(SCHEMA), startNodeService('stack/simulated-model/main.ts', {})]);
  engine = await startProbe({
    jobs: ['examples/invoice-intake'],
    systems: { books: { address: books.address, credential: books.token } },
    model: `${model.address}/v1`,
  });
});

afterAll(async () => {
  await engine.close();
  await Promise.all([books.stop(), model.stop()]);
  await dropSchema(SCHEMA);
});

function pdfCases(): Promise<readonly Case[]> {
  return Promise.all(
    Array.from({ length: COUNT }, async (_, index) => {
      const { bytes, vendor, order, expected } = await generatePdfInvoice(FIRST_SEED + index);
      return { delivery: deliveryOf(`${FIRST_SEED + index}.pdf`, 'application/pdf', bytes), vendor, order, expected };
    }),
  );
}

function mailCases(): Promise<readonly Case[]> {
  return Promise.all(
    Array.from({ length: COUNT }, async (_, index) => {
      const seed = FIRST_SEED + COUNT + index;
      const form = FORMS[index % FORMS.length] ?? 'html';
      const { bytes, vendor, order, expected } = await generateMailInvoice(seed, form);
      return { delivery: deliveryOf(`${form}-${seed}.eml`, 'message/rfc822', bytes), vendor, order, expected };
    }),
  );
}

function deliveryOf(source: string, mediaType: string, bytes: Uint8Array): Delivery {
  return { source, mediaType, base64: Buffer.from(bytes).toString('base64') };
}

/**
 * Enters vendors and orders, and takes documents to their ends, or to the person that they wait for; the limit is released
 * as a person would.
 */
async function ends(cases: readonly Case[]): Promise<readonly Ended[]> {
  const { client, tenant } = engine;
  const vendors = cases.map(({ vendor }) => vendor);
  const orders = cases.flatMap(({ order }) => (order === null ? [] : [order]));
  await books.ask('POST /seed', { tenant, body: { vendors, orders } });
  const ended = await Promise.all(
    cases.map(async (each) => {
      const { runId } = await client.start(invoiceIntake, each.delivery, { tenant });
      return { ...each, seen: await settled(runId) };
    }),
  );
  delivered.push(...ended);
  return ended;
}

async function settled(runId: string): Promise<SeenRun> {
  const { client, tenant } = engine;
  const until = Date.now() + WAIT_MS;
  for (;;) {
    const seen = await client.view(runId, { tenant });
    const { waitingFor, closedAt } = seen;
    if (closedAt !== undefined || waitingFor?.question !== undefined || Date.now() > until) return seen;
    if (waitingFor?.kind === 'signal' && waitingFor.name === 'release')
      await client.signal(runId, { name: 'release', actor: 'test', id: `release-${runId}`, tenant });
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

/** A booking, or one that is expected, with every field as one text; and so a payment, where one is due. */
function essence(booking: Booking): string {
  const { kind, number, vendor, order, currency, net, tax, gross, payable, account } = booking;
  return [kind, number, vendor, order, currency, net, tax, gross, payable, plain(account)].join(' | ');
}

function paymentOf({ kind, account, payable }: Booking): readonly string[] {
  return kind === 'invoice' && account !== null && Number(payable) > 0 ? [`${plain(account)} ${payable}`] : [];
}

function plain(account: string | null): string {
  return account?.replaceAll(' ', '') ?? 'none';
}

/** All bookings and payments that are in the books, and those that should be for the runs that say they are done. */
async function compared(): Promise<{ inBooks: string[]; expected: string[] }> {
  const { tenant } = engine;
  const bookings = (await books.listOf(tenant, 'bookings')) as unknown as readonly Booking[];
  const payments = (await books.listOf(tenant, 'payments')) as unknown as readonly {
    account: string;
    amount: string;
  }[];
  const done = delivered.filter(isDone).map(({ expected }) => expected);
  return {
    inBooks: [...bookings.map(essence), ...payments.map(({ account, amount }) => `${account} ${amount}`)].toSorted(),
    expected: [...done.map(essence), ...done.flatMap(paymentOf)].toSorted(),
  };
}

function isDone({ seen }: Ended): boolean {
  return seen.status === 'completed';
}

function standing({ delivery, seen }: Ended): string {
  return `${delivery.source}: ${seen.end?.code ?? seen.status}: ${seen.end?.sentence ?? seen.waitingFor?.sentence ?? ''}`;
}

test('of fifteen generated PDFs and fifteen mails of every form none is booked wrongly, and few need a person [example.generated-texts]', async () => {
  const [pdfs, mails] = await Promise.all([pdfCases(), mailCases()]);
  const ended = await ends([...pdfs, ...mails]);
  const { inBooks, expected } = await compared();
  const [bookedPdfs, bookedMails] = [ended.slice(0, COUNT), ended.slice(COUNT)].map(
    (part) => part.filter(isDone).length,
  );
  const wrong = inBooks.filter((entry, index) => !expected.includes(entry) || inBooks.indexOf(entry) !== index);
  const figures = `From seed ${FIRST_SEED}: booked ${bookedPdfs} of ${COUNT} PDFs and ${bookedMails} of ${COUNT} mails, ${wrong.length} wrongly.`;
  process.stderr.write(`${[figures, ...ended.filter((each) => !isDone(each)).map(standing)].join('\n  ')}\n`);
  expect(wrong).toEqual([]);
  expect(inBooks).toEqual(expected);
  expect(bookedPdfs).toBeGreaterThanOrEqual(ENOUGH);
  expect(bookedMails).toBeGreaterThanOrEqual(ENOUGH);
}, 240_000);

test('a PDF of many pages and a mail of six hundred lines are read part by part and booked [document.bounded] [example.generated-texts]', async () => {
  const lineCount = 600;
  const seed = FIRST_SEED + 2 * COUNT;
  const [pdf, mail] = await Promise.all([
    generatePdfInvoice(seed, { lineCount }),
    generateMailInvoice(seed + 1, 'plain-utf-8', { lineCount }),
  ]);
  const ended = await ends([
    { ...pdf, delivery: deliveryOf(`${seed}.pdf`, 'application/pdf', pdf.bytes) },
    { ...mail, delivery: deliveryOf(`${seed + 1}.eml`, 'message/rfc822', mail.bytes) },
  ]);
  const { inBooks, expected } = await compared();
  expect(ended.filter((each) => !isDone(each)).map(standing)).toEqual([]);
  expect(inBooks).toEqual(expected);
  // Each part is a model call of its own, and so are what was read and the booking.
  expect(Math.min(...ended.map(({ seen }) => seen.modelCalls))).toBeGreaterThanOrEqual(5);
}, 240_000);
