import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { allBookings, allPayments } from '../../../examples/invoice-intake/demo/books.ts';
import { type GeneratedInvoice, generateInvoice } from '../../../examples/invoice-intake/generate/generate-invoice.ts';
import { invoiceIntake } from '../../../examples/invoice-intake/job.ts';
import { type ProbeEngine, startProbe } from '../../fixtures/probe-engine.ts';
import { type NodeService, startNodeService } from '../../fixtures/node-service.ts';
import { type BooksUnderTest, createSchemaFor, dropSchema, startBooks } from './books-under-test.ts';

const SEEDS = Array.from({ length: 30 }, (_, index) => 7_000 + index);

const SCHEMA = 'books_generated_invoices';

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

test('thirty generated invoices that nobody has seen are all booked, and none wrongly [example.generated-invoices]', async () => {
  const { client, tenant } = engine;
  const invoices = SEEDS.map((seed) => generateInvoice(seed));
  const body = {
    vendors: invoices.map(({ vendor }) => vendor),
    orders: invoices.flatMap(({ order }) => (order === null ? [] : [order])),
  };
  await books.ask('POST /seed', { tenant, body });
  const started = await Promise.all(
    invoices.map(({ xml }, index) =>
      client.start(invoiceIntake, { source: `generated-${SEEDS[index]}.xml`, text: xml }, { tenant }),
    ),
  );
  const ended = await Promise.all(started.map(({ runId }) => client.wait(runId, { tenant, timeoutMs: 50_000 })));
  const access = { address: books.address, token: books.token, tenant };
  const [bookings, payments] = await Promise.all([allBookings(access), allPayments(access)]);
  expect(ended.map((run) => run.end)).toEqual(Array(30).fill(undefined));
  expect(bookings.map(essence).toSorted()).toEqual(invoices.map(({ expected }) => essence(expected)).toSorted());
  expect(payments.map(({ account, amount }) => `${account} ${amount}`).toSorted()).toEqual(duePayments(invoices));
  expect(new Set(ended.map((run) => run.model))).toEqual(new Set(['SIMULATED-reader-1']));
});

function essence(booking: { kind: string; number: string; vendor: string; payable: string; currency: string }): string {
  return [booking.kind, booking.number, booking.vendor, booking.payable, booking.currency].join(' ');
}

function duePayments(invoices: readonly GeneratedInvoice[]): readonly string[] {
  return invoices
    .flatMap(({ expected }) =>
      expected.account === null || Number(expected.payable) <= 0
        ? []
        : [`${expected.account.replaceAll(' ', '')} ${expected.payable}`],
    )
    .toSorted();
}
