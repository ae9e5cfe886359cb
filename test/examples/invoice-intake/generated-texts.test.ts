import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { SeenRun } from '../../../client/index.ts';
import { allBookings, allPayments } from '../../../examples/invoice-intake/demo/books.ts';
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
const COUNT = 30;
/** At least this many of each are to be booked without a person. */
const ENOUGH = 28;
/** Other documents are made with another first seed, such as `HOLDFAST_TEST_SEED=50000`. */
const FIRST_SEED = Number(process.env['HOLDFAST_TEST_SEED'] ?? 21_000);
const FORMS: readonly MailForm[] = [...BODY_FORMS, 'pdf-attached', 'xml-attached'];
const WAIT_MS = 200_000;

/** A generated document, as it is delivered, with what the books must know and the one right booking. */
interface Case {
  readonly delivery: Delivery;
  readonly vendor: VendorOnFile;
  readonly order: OrderToSeed | null;
  readonly expected: Booking;
}

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
      return { delivery: delivered(`${FIRST_SEED + index}.pdf`, 'application/pdf', bytes), vendor, order, expected };
    }),
  );
}

function mailCases(): Promise<readonly Case[]> {
  return Promise.all(
    Array.from({ length: COUNT }, async (_, index) => {
      const seed = FIRST_SEED + COUNT + index;
      const form = FORMS[index % FORMS.length] ?? 'html';
      const { bytes, vendor, order, expected } = await generateMailInvoice(seed, form);
      return { delivery: delivered(`${form}-${seed}.eml`, 'message/rfc822', bytes), vendor, order, expected };
    }),
  );
}

function delivered(source: string, mediaType: string, bytes: Uint8Array): Delivery {
  return { source, mediaType, base64: Buffer.from(bytes).toString('base64') };
}

/** Takes all documents to their ends, or to the person that they wait for; the limit is released as a person would. */
async function ends(cases: readonly Case[]): Promise<readonly Ended[]> {
  const { client, tenant } = engine;
  const body = {
    vendors: cases.map(({ vendor }) => vendor),
    orders: cases.flatMap(({ order }) => (order === null ? [] : [order])),
  };
  await books.ask('POST /seed', { tenant, body });
  return Promise.all(
    cases.map(async (each) => {
      const { runId } = await client.start(invoiceIntake, each.delivery, { tenant });
      return { ...each, seen: await settled(runId) };
    }),
  );
}

type Ended = Case & { readonly seen: SeenRun };

async function settled(runId: string): Promise<SeenRun> {
  const { client, tenant } = engine;
  for (const until = Date.now() + WAIT_MS; ;) {
    const seen = await client.view(runId, { tenant });
    const waiting = seen.waitingFor;
    if (seen.status !== 'running' && seen.status !== 'paused') return seen;
    if (waiting?.question !== undefined || Date.now() > until) return seen;
    if (waiting?.kind === 'signal' && waiting.name === 'release')
      await client.signal(runId, { name: 'release', actor: 'test', id: `release-${runId}`, tenant });
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** What stands in the books against what should: bookings that nobody expects, or that are there more than once, are wrong. */
async function judged(ended: readonly Ended[]): Promise<{ wrong: string[]; booked: string[]; others: string[] }> {
  const access = { address: books.address, token: books.token, tenant: engine.tenant };
  const vendors = new Set(ended.map(({ vendor }) => vendor.id));
  const bookings = (await allBookings(access)).filter(({ vendor }) => vendors.has(vendor)).map(essence);
  const payments = (await allPayments(access)).map(({ account, amount }) => `${account} ${amount}`);
  const right = new Set(ended.map(({ expected }) => essence(expected)));
  const due = new Map(ended.map(({ expected }) => [paymentOf(expected), expected]));
  const accounts = new Set(ended.flatMap(({ vendor }) => vendor.accounts));
  const wrong = [
    ...bookings.filter((booking, index) => !right.has(booking) || bookings.indexOf(booking) !== index),
    ...payments
      .filter((payment) => accounts.has(payment.split(' ')[0] ?? ''))
      .filter((payment, index, all) => !due.has(payment) || all.indexOf(payment) !== index),
  ];
  const booked = ended.filter(({ seen, expected }) => seen.end === undefined && bookings.includes(essence(expected)));
  const others = ended.filter((each) => !booked.includes(each) || each.seen.status !== 'completed');
  return { wrong, booked: booked.map(({ delivery }) => delivery.source), others: others.map(standing) };
}

/** All that a booking says, as one text. */
function essence(booking: Omit<Booking, never>): string {
  const { kind, number, vendor, order, currency, net, tax, gross, payable, account } = booking;
  return [kind, number, vendor, order, currency, net, tax, gross, payable, account?.replaceAll(' ', '')].join(' | ');
}

function paymentOf({ account, payable }: Booking): string {
  return `${account?.replaceAll(' ', '')} ${payable}`;
}

function standing({ delivery, seen }: Ended): string {
  return `${delivery.source}: ${seen.end?.code ?? seen.status} ${seen.end?.sentence ?? seen.waitingFor?.sentence ?? ''}`;
}

test.each([
  ['PDFs', pdfCases],
  ['mails of every form', mailCases],
])('of thirty generated %s none is booked wrongly, and few need a person [example.generated-texts]', async (what, make) => {
  const { wrong, booked, others } = await judged(await ends(await make()));
  process.stderr.write(`${what} from seed ${FIRST_SEED}: ${booked.length} of ${COUNT} booked, ${wrong.length} wrong\n`);
  for (const other of others) process.stderr.write(`  ${other}\n`);
  expect(wrong).toEqual([]);
  expect(booked.length).toBeGreaterThanOrEqual(ENOUGH);
}, 240_000);
