import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { JobError, type SendContext } from 'holdfast';
import { pinDefinition, skeletonOf } from '../../../jobs/definition.ts';
import { createRegistry, workflowNameOf } from '../../../jobs/registry.ts';
import { checkFacts } from '../../../domain/facts.ts';
import { SAMPLE_DOCUMENTS } from '../../../examples/invoice-intake/expected.ts';
import { invoiceIntake } from '../../../examples/invoice-intake/job.ts';
import { propose } from '../../../examples/invoice-intake/propose.ts';
import { Booking, Delivery, Extracted } from '../../../examples/invoice-intake/schemas.ts';
import { shownDocument } from '../../../examples/invoice-intake/shown-document.ts';
import { postBooking } from '../../../examples/invoice-intake/tools/post-booking.ts';
import { readDocument } from '../../../examples/invoice-intake/tools/read-document.ts';
import { fragment } from './fragments.ts';
import { sample, sampleDelivery, sampleText } from './sample-documents.ts';

const nowhere = { signal: new AbortController().signal } as SendContext;
const XML_DOCUMENTS = SAMPLE_DOCUMENTS.filter(({ file }) => file.endsWith('.xml'));
const plainDocument = sample('01-plain.xml');
const booking = {
  kind: 'invoice',
  number: '1',
  vendor: 'V',
  order: null,
  currency: 'EUR',
  net: '1.00',
  tax: '0.19',
  gross: '1.19',
  payable: '1.19',
  account: null,
};

test('the job registers, pins and binds its steps by name', () => {
  const registry = createRegistry([invoiceIntake]);
  expect(registry.job('invoice-intake')).toBe(invoiceIntake);
  expect(workflowNameOf('invoice-intake')).toBe('invoiceIntakeWorkflow');
  expect(Object.keys(skeletonOf(invoiceIntake).steps)).toEqual([
    'extract',
    'propose',
    'readDocument',
    'postBooking',
    'totals',
  ]);
  const pinned = pinDefinition(invoiceIntake);
  expect(Object.keys(pinned.tools)).toEqual(['read_document', 'post_booking', 'find_vendor', 'find_order']);
  expect(pinned.agents['propose']?.verifiers).toEqual({
    'matches-source': 1,
    'vendor-on-file': 2,
    'account-on-file': 2,
    'order-on-file': 1,
  });
  expect(pinned.dataClass).toBe('confidential');
});

test('a run is the same run when its source is the same', () => {
  expect(invoiceIntake.identity({ source: 'inbox/1.xml', text: 'a' })).toEqual(['inbox/1.xml']);
});

test('the workflow and what it imports bring no zod and no code of the job into its bundle [workflow.sandboxed]', () => {
  const read = (file: string): string =>
    readFileSync(new URL(`../../../examples/invoice-intake/${file}`, import.meta.url), 'utf8');
  const imports = [
    ...`${read('workflow.ts')}${read('limit.ts')}${read('printable.ts')}`.matchAll(
      /^import (type )?.* from '([^']+)'/gmu,
    ),
  ];
  expect(imports.map(([, type, from]) => `${type ?? ''}${from}`)).toEqual([
    'holdfast/workflow',
    'type ./job.ts',
    './limit.ts',
    './printable.ts',
  ]);
});

test.each(XML_DOCUMENTS)('$file is read into its text and its fields', async ({ file }) => {
  const text = sampleText(file);
  const read = Extracted.parse(await readDocument.send({ source: file, text }, nowhere));
  expect(read).toMatchObject({ mediaType: 'application/xml', text, structured: true });
  expect(readDocument.resultFacts?.(read)).toEqual({ structured: true });
});

test.each([
  ['08-text.pdf', 'application/pdf', false, /^Rechnungsnummer +AD-2026-0245$/mu],
  ['09-mail.eml', 'message/rfc822', false, /^Amount due: 1,701.70 EUR$/mu],
  ['10-mail-attached.eml', 'application/xml', true, /<cbc:ID>KT-2026-0267<\/cbc:ID>/u],
])('%s is read as %s in a thread of its own [document.formats]', async (file, ...[mediaType, structured, text]) => {
  const read = Extracted.parse(await readDocument.send(Delivery.parse(sampleDelivery(file)), nowhere));
  expect(read).toMatchObject({ mediaType, structured, text: expect.stringMatching(text) });
  expect(readDocument.resultFacts?.(read)).toEqual({ structured });
});

test('an unreadable document is the fault of the input', async () => {
  await expect(readDocument.send({ source: 'a', text: 'hello' }, nowhere)).rejects.toMatchObject({
    code: 'invalid-input',
  });
  await expect(readDocument.send({ source: 'a', text: 'hello' }, nowhere)).rejects.toBeInstanceOf(JobError);
});

test('the agent sees the document as delivered, but for the content of embedded files', async () => {
  const plain = Extracted.parse(await readDocument.send({ source: 'a', text: sampleText('01-plain.xml') }, nowhere));
  expect(shownDocument(plain)).toEqual({ mediaType: 'application/xml', text: plain.text });
  const embedded = `<cbc:EmbeddedDocumentBinaryObject mimeCode="application/pdf" filename="a.pdf">${'QUJD'.repeat(1000)}</cbc:EmbeddedDocumentBinaryObject>`;
  expect(shownDocument({ ...plain, text: fragment(embedded) }).text).toBe(
    fragment(
      '<cbc:EmbeddedDocumentBinaryObject mimeCode="application/pdf" filename="a.pdf">[4000 characters left out]</cbc:EmbeddedDocumentBinaryObject>',
    ),
  );
});

test('a long UBL document is shown without its lines, which no booking needs [document.bounded]', () => {
  const line = '<cac:InvoiceLine><cbc:ID>1</cbc:ID></cac:InvoiceLine>\n';
  const text = fragment(`<cbc:ID>R-1</cbc:ID>${line.repeat(1_000)}`);
  const { text: shown } = shownDocument({
    structured: true,
    mediaType: 'application/xml',
    text,
    document: plainDocument,
  });
  expect(shown).toBe(fragment('<cbc:ID>R-1</cbc:ID><!-- 1000 lines left out -->\n'));
});

test('an amount that is no money of the currency is a fault of its field', () => {
  const fieldOf = (changed: object): unknown =>
    Booking.safeParse({ ...booking, ...changed }).error?.issues.map(({ path }) => path.join('.'));
  expect(fieldOf({})).toBeUndefined();
  expect(fieldOf({ net: '1.005' })).toEqual(['net']);
  expect(fieldOf({ currency: 'JPY' })).toEqual(['tax', 'gross', 'payable']);
  expect(fieldOf({ payable: '1,19' })).toEqual(['payable']);
  expect(fieldOf({ paid: true })).toEqual(['']);
});

test('the facts of a booking stay within their bound, and the account in them has no spaces', () => {
  const long = {
    ...booking,
    vendor: 'v'.repeat(64),
    order: 'o'.repeat(100),
    account: 'DE89 3704',
    payable: '-9007199254740.99',
    kind: 'credit-note',
  };
  const facts = postBooking.facts?.(Booking.parse(long)) ?? {};
  expect(checkFacts('postBooking', facts)).toMatchObject({ account: 'DE893704', amount: -900_719_925_474_099 });
  expect(
    checkFacts('propose', propose.resultFacts?.(Booking.parse({ ...long, number: 'n'.repeat(100) })) ?? {}),
  ).toMatchObject({ payable: '-9007199254740.99' });
});

test('two bookings of one document of one vendor are one effect', () => {
  expect(postBooking.identity?.(booking)).toEqual(['V', 'invoice', '1']);
  const written = ['RE 1-ä', 're\u00a01-ä', 'RE  1-a\u0308', ' RE 1-\u00ad\u200bä'];
  expect(new Set(written.map((number) => String(postBooking.identity?.({ ...booking, number })))).size).toBe(1);
});
