import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SEED } from '../../../examples/invoice-intake/seed.ts';
import { ageKeys, createSchemaFor, dropSchema, startBooks, type BooksUnderTest } from './books-under-test.ts';
import { PLAIN_BOOKING } from './sample-documents.ts';

const SCHEMA = `books_test_${process.pid}`;
const invoice = { ...PLAIN_BOOKING, account: 'DE89 3704 0044 0532 0130 00' };

let books: BooksUnderTest;

beforeAll(async () => {
  await createSchemaFor(SCHEMA);
  books = await startBooks(SCHEMA);
});

afterAll(async () => {
  await books.stop();
  await dropSchema(SCHEMA);
});

test('a call without the token, or with another one, is answered 401 and not logged', async () => {
  const tenant = await books.seededTenant();
  const without = await books.ask('POST /bookings', { tenant, key: 'k1', token: '', body: invoice });
  const wrong = await books.ask('GET /bookings', { tenant, token: 'guess' });
  expect([without.status, wrong.status]).toEqual([401, 401]);
  expect(without.body).toEqual({ error: 'The bearer token is missing or wrong.' });
  expect(await books.listOf(tenant, 'bookings')).toEqual([]);
  expect((await books.listOf(tenant, 'calls')).map(({ path }) => path)).toEqual(['/seed', '/bookings', '/calls']);
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

test('a booking is entered once with its payment and read back as it was sent', async () => {
  const tenant = await books.seededTenant();
  const posted = await books.ask('POST /bookings', { tenant, key: 'k1', body: invoice });
  expect(posted).toMatchObject({ status: 201, body: { ...invoice, account: 'DE89370400440532013000' } });
  const [booking, ...others] = await books.listOf(tenant, 'bookings');
  expect(booking).toMatchObject({ id: posted.body['id'], ...invoice, account: 'DE89370400440532013000' });
  expect(others).toEqual([]);
  expect(await books.listOf(tenant, 'payments')).toEqual([
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
  const tenant = await books.seededTenant();
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
  const tenant = await books.seededTenant();
  const posted = await books.ask('POST /bookings', { tenant, key: 'k1', body: { ...invoice, ...changed } });
  expect(posted).toMatchObject({ status: 201, body: { payment: null } });
  expect(await books.listOf(tenant, 'payments')).toEqual([]);
});

test('amounts keep the decimals of their currency', async () => {
  const tenant = await books.seededTenant();
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

test('a hundred requests at once with one key enter one booking and get one answer', async () => {
  const tenant = await books.seededTenant();
  const request = { tenant, key: 'same', body: invoice };
  const answers = await Promise.all(Array.from({ length: 100 }, () => books.ask('POST /bookings', request)));
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  expect(answers[0]?.status).toBe(201);
  expect(await books.listOf(tenant, 'bookings')).toHaveLength(1);
  expect(await books.listOf(tenant, 'payments')).toHaveLength(1);
  expect((await books.listOf(tenant, 'calls')).filter(({ key }) => key === 'same')).toHaveLength(100);
});

test('a key that comes again with another body is refused and changes nothing', async () => {
  const tenant = await books.seededTenant();
  await books.ask('POST /bookings', { tenant, key: 'k1', body: invoice });
  const other = await books.ask('POST /bookings', { tenant, key: 'k1', body: { ...invoice, number: 'X' } });
  expect(other).toEqual({
    status: 422,
    body: { error: 'The Idempotency-Key k1 was used before with another body; use a new key for another booking.' },
  });
  expect(await books.listOf(tenant, 'bookings')).toHaveLength(1);
});

test('twenty keys at once for one document enter one booking, and the others are told which', async () => {
  const tenant = await books.seededTenant();
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) => books.ask('POST /bookings', { tenant, key: `k${index}`, body: invoice })),
  );
  const [first] = answers.filter(({ status }) => status === 201);
  const refused = answers.filter(({ status }) => status === 422);
  expect(refused).toHaveLength(19);
  const sentence = `The invoice "NL-2026-0117" of vendor "V-117" is booked already as ${String(first?.body['id'])}; nothing was entered.`;
  expect(new Set(refused.map(({ body }) => body['error']))).toEqual(new Set([sentence]));
  expect(await books.listOf(tenant, 'bookings')).toHaveLength(1);
  expect(await books.listOf(tenant, 'payments')).toHaveLength(1);
});

test('a key is forgotten after a day: the same document is then known by its number alone', async () => {
  const tenant = await books.seededTenant();
  const first = await books.ask('POST /bookings', { tenant, key: 'k1', body: invoice });
  await ageKeys(SCHEMA);
  const again = await books.ask('POST /bookings', { tenant, key: 'k1', body: invoice });
  expect([first.status, again.status]).toEqual([201, 422]);
  expect(await books.listOf(tenant, 'bookings')).toHaveLength(1);
});

test('a refusal is remembered under its key like any other answer', async () => {
  const tenant = await books.seededTenant();
  await books.ask('POST /bookings', { tenant, key: 'k1', body: invoice });
  const refused = await books.ask('POST /bookings', { tenant, key: 'k2', body: invoice });
  expect(await books.ask('POST /bookings', { tenant, key: 'k2', body: invoice })).toEqual(refused);
});

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
  const tenant = await books.seededTenant();
  expect(await books.ask('POST /bookings', { tenant, key: 'k1', body: { ...invoice, ...changed } })).toEqual({
    status: 422,
    body: { error },
  });
  expect(await books.listOf(tenant, 'bookings')).toEqual([]);
});

test('a booking without a key, or that is no JSON, or too large, is refused', async () => {
  const tenant = await books.seededTenant();
  const ask = (request: { key?: string; body: unknown }): Promise<{ status: number }> =>
    books.ask('POST /bookings', { tenant, ...request });
  expect((await ask({ body: invoice })).status).toBe(422);
  expect((await ask({ key: 'k1', body: '{' })).status).toBe(422);
  expect((await ask({ key: 'k2', body: 'x'.repeat(9 * 1024 * 1024) })).status).toBe(413);
});

test('tenants see nothing of each other, share keys and numbers freely, and are emptied apart', async () => {
  const [one, two] = [await books.seededTenant(), await books.seededTenant()];
  const posted = await Promise.all(
    [one, two].map((tenant) => books.ask('POST /bookings', { tenant, key: 'k1', body: invoice })),
  );
  expect(posted.map(({ status }) => status)).toEqual([201, 201]);
  expect(posted[0]?.body['id']).not.toBe(posted[1]?.body['id']);
  expect((await books.ask('POST /reset', { tenant: one })).status).toBe(200);
  expect(await books.listOf(one, 'bookings')).toEqual([]);
  expect((await books.ask('GET /vendors', { tenant: one })).body).toEqual({ vendors: [] });
  expect(await books.listOf(two, 'bookings')).toHaveLength(1);
  expect((await books.ask('POST /bookings', { tenant: one, key: 'k1', body: invoice })).status).toBe(422);
});

test('every call is logged for its tenant in order, with its key and time', async () => {
  const tenant = await books.seededTenant();
  await books.ask('POST /bookings', { tenant, key: 'k1', body: { ...invoice, net: 'wrong' } });
  await books.ask('GET /orders?number=KW-4711', { tenant });
  const calls = await books.listOf(tenant, 'calls');
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

test('SIGTERM ends it with exit code 0, and a second start keeps what was entered', async () => {
  const other = await startBooks(SCHEMA);
  await other.ask('POST /seed', { tenant: 'kept', body: SEED });
  await other.ask('POST /bookings', { tenant: 'kept', key: 'k1', body: invoice });
  expect(await other.stop()).toBe(0);
  expect((await books.ask('POST /bookings', { tenant: 'kept', key: 'k1', body: invoice })).status).toBe(201);
  expect(await books.listOf('kept', 'bookings')).toHaveLength(1);
});
