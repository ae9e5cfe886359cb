import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SAMPLE_DOCUMENTS } from '../../../examples/invoice-intake/expected.ts';
import { Booking, Receipt } from '../../../examples/invoice-intake/schemas.ts';
import { findOrder } from '../../../examples/invoice-intake/tools/find-order.ts';
import { findVendor } from '../../../examples/invoice-intake/tools/find-vendor.ts';
import { bookingFacts, postBooking } from '../../../examples/invoice-intake/tools/post-booking.ts';
import { createSchemaFor, dropSchema, startBooks, type BooksUnderTest } from './books-under-test.ts';
import { PLAIN_BOOKING } from './sample-documents.ts';

const SCHEMA = `books_tools_test_${process.pid}`;

let books: BooksUnderTest;

beforeAll(async () => {
  await createSchemaFor(SCHEMA);
  books = await startBooks(SCHEMA);
});

afterAll(async () => {
  await books.stop();
  await dropSchema(SCHEMA);
});

test('vendors are found by name and VAT number as documents write them, orders by number', async () => {
  const context = books.context(await books.seededTenant(), 'unused');
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
  const tenant = await books.seededTenant();
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
  expect(await books.listOf(tenant, 'bookings')).toHaveLength(7);
  expect(await books.listOf(tenant, 'payments')).toHaveLength(6);
});

test('a booking that is not there reads back as nothing', async () => {
  expect(await postBooking.readBack?.(PLAIN_BOOKING, books.context(await books.seededTenant(), 'k1'))).toBeUndefined();
});
