import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { closeRehearsals, type ReceivedRequest, type ReceiverAnswer, rehearse } from 'holdfast/testing';
import { invoiceIntake } from '../../examples/invoice-intake/job.ts';
import { SEED } from '../../examples/invoice-intake/seed.ts';
import { onSharedStack } from './on-shared-stack.ts';

const folder = new URL('../../examples/invoice-intake/', import.meta.url);
const LIMIT_MS = 90_000;

beforeAll(onSharedStack);
afterAll(closeRehearsals);

const booking = {
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
} as const;

const invoice = {
  folder,
  input: { source: '01-plain.xml', text: readFileSync(new URL('documents/01-plain.xml', folder), 'utf8') },
  script: {
    propose: [
      { call: 'find_vendor', with: { name: 'Nordlicht Bürobedarf GmbH', vatId: 'DE100000117' } },
      { submit: { ...booking, vendor: 'V-388' } },
      { submit: booking },
    ],
  },
  receivers: { books: onFile },
} as const;

/** The vendors and orders that the verifiers look for; what is booked is the fake receiver's. */
function onFile({ tool }: ReceivedRequest): ReceiverAnswer | undefined {
  if (tool === 'find_vendor') return { status: 200, json: { vendors: [SEED.vendors[0]] } };
  if (tool === 'find_order') return { status: 200, json: { orders: SEED.orders.slice(0, 1) } };
  return undefined;
}

test('a rehearsal of the invoice example books what its agent got right at the second try [testing.real]', async () => {
  const result = await rehearse(invoiceIntake, invoice);
  expect(result).toMatchObject({
    status: 'completed',
    result: { number: 'NL-2026-0117', vendor: 'V-117', payable: '2034.90' },
    effects: [{ tool: 'post_booking', times: 1, input: booking }],
    modelCalls: 3,
  });
  // The books answer `{ bookings: [...] }`: the read-back says in which form it can read what was entered.
  const readBack = result.requests.filter(({ act }) => act === 'read-back');
  expect(readBack).toMatchObject([{ path: '/bookings', query: { vendor: 'V-117', number: 'NL-2026-0117' } }]);
});

test('a rehearsal of the invoice example ends by a rule, before any model is asked [testing.real]', async () => {
  const text = readFileSync(new URL('documents/03-wrong-by-a-cent.xml', folder), 'utf8');
  const result = await rehearse(invoiceIntake, { folder, input: { source: '03', text } });
  expect(result).toMatchObject({
    status: 'failed',
    end: { code: 'rejected', sentence: expect.stringMatching(/^BR-CO-15/) },
    effects: [],
    modelCalls: 0,
  });
});

test(
  'a rehearsal of the invoice example books once, killed where the booking was answered [testing.kills]',
  async () => {
    const result = await rehearse(invoiceIntake, { ...invoice, killAt: [{ step: 'postBooking', point: 'answered' }] });
    expect(result).toMatchObject({ status: 'completed', effects: [{ tool: 'post_booking', times: 1 }] });
    expect(result.kills).toHaveLength(1);
  },
  LIMIT_MS,
);
