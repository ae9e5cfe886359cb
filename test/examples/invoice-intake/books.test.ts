import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SAMPLE_DOCUMENTS } from '../../../examples/invoice-intake/expected.ts';
import { Booking, Receipt } from '../../../examples/invoice-intake/schemas.ts';
import { SEED } from '../../../examples/invoice-intake/seed.ts';
import { findOrder } from '../../../examples/invoice-intake/tools/find-order.ts';
import { findVendor } from '../../../examples/invoice-intake/tools/find-vendor.ts';
import { bookingFacts, postBooking } from '../../../examples/invoice-intake/tools/post-booking.ts';
import { createSchemaFor, dropSchema, startBooks, type BooksUnderTest } from './books-under-test.ts';

const SCHEMA = `books_test_${process.pid}`;
const invoice: Booking = {
  kind: 'invoice',
  number: 'NL-2026-0117',
  vendor: 'V-117',
  order: 'KW-4711',
  currency: 'EUR',
  net: '1710.00',
  tax: '324.90',
  gross: '2034.90',
  payable: '2034.90',
  account: 'DE89 3704 0044 0532 0130 00',
};

let books: BooksUnderTest;
let tenants = 0;

beforeAll(async () => {
  await createSchemaFor(SCHEMA);
  books = await startBooks(SCHEMA);
});

afterAll(async () => {
  await books.stop();
  await dropSchema(SCHEMA);
});

/** A tenant of its own for each test, with the vendors and orders of the samples. */
async function seededTenant(): Promise<string> {
  tenants += 1;
  const tenant = `test-${tenants}`;
  expect(await books.ask('POST /seed', { tenant, body: SEED })).toEqual({
    status: 200,
    body: { vendors: 5, orders: 4 },
  });
  return tenant;
}

async function listOf(
  tenant: string,
  what: 'bookings' | 'payments' | 'calls',
): Promise<readonly { readonly [name: string]: unknown }[]> {
  const { body } = await books.ask(`GET /${what}`, { tenant });
  return body[what] as { [name: string]: unknown }[];
}

describe('callers', () => {
  test('a call without the token, or with another one, is answered 401 and not logged', async () => {
    const tenant = await seededTenant();
    const without = await books.ask('POST /bookings', { tenant, key: 'k1', token: '', body: invoice });
    const wrong = await books.ask('GET /bookings', { tenant, token: 'guess' });
    expect([without.status, wrong.status]).toEqual([401, 401]);
    expect(without.body).toEqual({ error: 'The bearer token is missing or wrong.' });
    expect(await listOf(tenant, 'bookings')).toEqual([]);
    expect((await listOf(tenant, 'calls')).map(({ path }) => path)).toEqual(['/seed', '/bookings', '/calls']);
  });

  test('a call without a tenant is refused, and so is one that is not known', async () => {
    expect(await books.ask('GET /bookings', { tenant: '' })).toMatchObject({
      status: 422,
      body: { error: expect.stringContaining('x-books-tenant') },
    });
    expect(await books.ask('GET /nothing')).toMatchObject({
      status: 404,
      body: { error: expect.stringContaining('There is no GET /nothing') },
    });
  });
});

describe('a booking', () => {
  test('a booking is entered once with its payment and read back as it was sent', async () => {
    const tenant = await seededTenant();
    const posted = await books.ask('POST /bookings', { tenant, key: 'k1', body: invoice });
    expect(posted).toMatchObject({ status: 201, body: { ...invoice, account: 'DE89370400440532013000' } });
    const [booking, ...others] = await listOf(tenant, 'bookings');
    expect(booking).toMatchObject({ id: posted.body['id'], ...invoice, account: 'DE89370400440532013000' });
    expect(others).toEqual([]);
    expect(await listOf(tenant, 'payments')).toEqual([
      {
        id: expect.any(String),
        booking: posted.body['id'],
        account: 'DE89370400440532013000',
        currency: 'EUR',
        amount: '2034.90',
      },
    ]);
  });

  test('the same number is another document for another vendor, and as a credit note', async () => {
    const tenant = await seededTenant();
    const bodies = [invoice, { ...invoice, vendor: 'V-388', order: null }, { ...invoice, kind: 'credit-note' }];
    const answers = await Promise.all(
      bodies.map((body, index) => books.ask('POST /bookings', { tenant, key: `k${index}`, body })),
    );
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
  });

  test.each([
    { kind: 'credit-note' },
    { account: null },
    { payable: '0.00' },
    { payable: '-12.00', gross: '-12.00' },
  ] as const)('%j is booked without a payment', async (changed) => {
    const tenant = await seededTenant();
    const posted = await books.ask('POST /bookings', { tenant, key: 'k1', body: { ...invoice, ...changed } });
    expect(posted).toMatchObject({ status: 201, body: { payment: null } });
    expect(await listOf(tenant, 'payments')).toEqual([]);
  });

  test('amounts keep the decimals of their currency', async () => {
    const tenant = await seededTenant();
    const yen = {
      ...invoice,
      order: null,
      currency: 'JPY',
      net: '1000',
      tax: '100.00',
      gross: '1100',
      payable: '1100',
    };
    expect((await books.ask('POST /bookings', { tenant, key: 'k1', body: yen })).body).toMatchObject({
      tax: '100',
      payable: '1100',
    });
  });
});

describe('repeats', () => {
  test('a hundred requests at once with one key enter one booking and get one answer', async () => {
    const tenant = await seededTenant();
    const request = { tenant, key: 'same', body: invoice };
    const answers = await Promise.all(Array.from({ length: 100 }, () => books.ask('POST /bookings', request)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]?.status).toBe(201);
    expect(await listOf(tenant, 'bookings')).toHaveLength(1);
    expect(await listOf(tenant, 'payments')).toHaveLength(1);
    expect((await listOf(tenant, 'calls')).filter(({ key }) => key === 'same')).toHaveLength(100);
  });

  test('a key that comes again with another body is refused and changes nothing', async () => {
    const tenant = await seededTenant();
    await books.ask('POST /bookings', { tenant, key: 'k1', body: invoice });
    const other = await books.ask('POST /bookings', { tenant, key: 'k1', body: { ...invoice, number: 'X' } });
    expect(other).toEqual({
      status: 422,
      body: { error: 'The Idempotency-Key k1 was used before with another body; use a new key for another booking.' },
    });
    expect(await listOf(tenant, 'bookings')).toHaveLength(1);
  });

  test('twenty keys at once for one document enter one booking, and the others are told which', async () => {
    const tenant = await seededTenant();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        books.ask('POST /bookings', { tenant, key: `k${index}`, body: invoice }),
      ),
    );
    const [first] = answers.filter(({ status }) => status === 201);
    const refused = answers.filter(({ status }) => status === 422);
    expect(refused).toHaveLength(19);
    const sentence = `The invoice "NL-2026-0117" of vendor "V-117" is booked already as ${String(first?.body['id'])}; nothing was entered.`;
    expect(new Set(refused.map(({ body }) => body['error']))).toEqual(new Set([sentence]));
    expect(await listOf(tenant, 'bookings')).toHaveLength(1);
    expect(await listOf(tenant, 'payments')).toHaveLength(1);
  });

  test('a refusal is remembered under its key like any other answer', async () => {
    const tenant = await seededTenant();
    await books.ask('POST /bookings', { tenant, key: 'k1', body: invoice });
    const refused = await books.ask('POST /bookings', { tenant, key: 'k2', body: invoice });
    expect(await books.ask('POST /bookings', { tenant, key: 'k2', body: invoice })).toEqual(refused);
  });
});

describe('refusals', () => {
  test.each([
    [{ vendor: 'V-1' }, 'There is no vendor "V-1"; enter it first.'],
    [{ order: 'KW-1' }, 'There is no order "KW-1" for vendor "V-117"; enter it first.'],
    [{ order: 'KW-4718' }, 'There is no order "KW-4718" for vendor "V-117"; enter it first.'],
    [{ net: '1,5' }, 'The request was refused: net: "1,5" is not a decimal amount such as 1234.50.'],
    [{ net: 1710 }, 'The request was refused: net: Invalid input: expected string, received number'],
    [{ tax: '0.001' }, 'The request was refused: tax: 0.001 EUR is finer than the smallest unit of EUR.'],
    [{ currency: 'eur' }, 'The request was refused: currency: must be three capital letters such as EUR'],
    [{ surprise: true }, 'The request was refused: the input: Unrecognized key: "surprise"'],
  ])('%j is refused with 422 and one sentence', async (changed, error) => {
    const tenant = await seededTenant();
    expect(await books.ask('POST /bookings', { tenant, key: 'k1', body: { ...invoice, ...changed } })).toEqual({
      status: 422,
      body: { error },
    });
    expect(await listOf(tenant, 'bookings')).toEqual([]);
  });

  test('a booking without a key, or that is no JSON, or too large, is refused', async () => {
    const tenant = await seededTenant();
    const ask = (request: { key?: string; body: unknown }): Promise<{ status: number }> =>
      books.ask('POST /bookings', { tenant, ...request });
    expect((await ask({ body: invoice })).status).toBe(422);
    expect((await ask({ key: 'k1', body: '{' })).status).toBe(422);
    expect((await ask({ key: 'k2', body: 'x'.repeat(9 * 1024 * 1024) })).status).toBe(413);
  });
});

describe('tenants', () => {
  test('tenants see nothing of each other, share keys and numbers freely, and are emptied apart', async () => {
    const [one, two] = [await seededTenant(), await seededTenant()];
    const posted = await Promise.all(
      [one, two].map((tenant) => books.ask('POST /bookings', { tenant, key: 'k1', body: invoice })),
    );
    expect(posted.map(({ status }) => status)).toEqual([201, 201]);
    expect(posted[0]?.body['id']).not.toBe(posted[1]?.body['id']);
    expect((await books.ask('POST /reset', { tenant: one })).status).toBe(200);
    expect(await listOf(one, 'bookings')).toEqual([]);
    expect((await books.ask('GET /vendors', { tenant: one })).body).toEqual({ vendors: [] });
    expect(await listOf(two, 'bookings')).toHaveLength(1);
    expect((await books.ask('POST /bookings', { tenant: one, key: 'k1', body: invoice })).status).toBe(422);
  });

  test('every call is logged for its tenant in order, with its key and time', async () => {
    const tenant = await seededTenant();
    await books.ask('POST /bookings', { tenant, key: 'k1', body: { ...invoice, net: 'wrong' } });
    await books.ask('GET /orders?number=KW-4711', { tenant });
    const calls = await listOf(tenant, 'calls');
    expect(calls.map(({ method, path, key }) => [method, path, key])).toEqual([
      ['POST', '/seed', null],
      ['POST', '/bookings', 'k1'],
      ['GET', '/orders', null],
      ['GET', '/calls', null],
    ]);
    expect(Date.parse(String(calls[0]?.['at']))).toBeGreaterThan(Date.now() - 60_000);
  });

  test('a seed that names an unknown vendor enters nothing', async () => {
    const body = { vendors: SEED.vendors, orders: [{ number: 'KW-1', vendor: 'V-1', currency: 'EUR', net: '1.00' }] };
    expect(await books.ask('POST /seed', { tenant: 'half', body })).toMatchObject({
      status: 422,
      body: { error: expect.stringContaining('"V-1"') },
    });
    expect((await books.ask('GET /vendors', { tenant: 'half' })).body).toEqual({ vendors: [] });
  });
});

describe('tools', () => {
  test('vendors are found by name and VAT number as documents write them, orders by number', async () => {
    const context = books.context(await seededTenant(), 'unused');
    const vendor = {
      id: 'V-388',
      name: 'Gasthof Lindenhof, Richter & Söhne KG',
      vatId: 'DE100000388',
      accounts: ['DE75512108001245126199'],
    };
    const found = (name: string, vatId?: string | null): Promise<unknown> => findVendor.send({ name, vatId }, context);
    expect(findVendor.output.parse(await found('gasthof lindenhof, richter & söhne kg', 'DE 100 000 388'))).toEqual({
      vendors: [vendor],
    });
    expect(await found(vendor.name, null)).toEqual({ vendors: [vendor] });
    expect(await found(vendor.name, 'DE1')).toEqual({ vendors: [] });
    expect(await findOrder.send({ number: 'KW-4690' }, context)).toEqual({
      orders: [{ number: 'KW-4690', vendor: 'V-031', currency: 'EUR', net: '19500.00' }],
    });
    expect(await findOrder.send({ number: 'KW-46' }, context)).toEqual({ orders: [] });
  });

  test('every booking that the samples expect is posted, and read back with the facts that were sent', async () => {
    const tenant = await seededTenant();
    const expected = SAMPLE_DOCUMENTS.flatMap((document) =>
      document.expected.end === 'booked' ? [document.expected] : [],
    );
    for (const { booking, paid } of expected) {
      const context = books.context(tenant, `key ${booking.number}`);
      const receipt = Receipt.parse(await postBooking.send(booking, context));
      expect(receipt.payment?.amount ?? null).toBe(paid);
      const record = Booking.parse(await postBooking.readBack?.(booking, context));
      expect(bookingFacts(record)).toEqual(bookingFacts(booking));
    }
    expect(await listOf(tenant, 'bookings')).toHaveLength(4);
    expect(await listOf(tenant, 'payments')).toHaveLength(3);
  });

  test('a booking that is not there reads back as nothing', async () => {
    expect(await postBooking.readBack?.(invoice, books.context(await seededTenant(), 'k1'))).toBeUndefined();
  });
});

describe('the process', () => {
  test('SIGTERM ends it with exit code 0, and a second start keeps what was entered', async () => {
    const other = await startBooks(SCHEMA);
    await other.ask('POST /seed', { tenant: 'kept', body: SEED });
    await other.ask('POST /bookings', { tenant: 'kept', key: 'k1', body: invoice });
    expect(await other.stop()).toBe(0);
    expect((await books.ask('POST /bookings', { tenant: 'kept', key: 'k1', body: invoice })).status).toBe(201);
    expect(await listOf('kept', 'bookings')).toHaveLength(1);
  });
});
