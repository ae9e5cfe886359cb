import { deflateSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import PDFDocument from 'pdfkit';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { SendContext } from 'holdfast';
import { parseInThread } from '../../../examples/invoice-intake/reading/parse-in-thread.ts';
import { Delivery, Extracted } from '../../../examples/invoice-intake/schemas.ts';
import { readDocument } from '../../../examples/invoice-intake/tools/read-document.ts';
import { invoiceXml } from '../../../examples/invoice-intake/generate/invoice-xml.ts';
import { sampleText } from './sample-documents.ts';

const context = { signal: new AbortController().signal } as SendContext;
const ENDLESS = `while (true);`;
const INVOICE = sampleText('01-plain.xml');

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-hostile-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function read(mediaType: string, bytes: Uint8Array): Promise<Extracted> {
  const delivery = Delivery.parse({ source: 'a', mediaType, base64: Buffer.from(bytes).toString('base64') });
  return Extracted.parse(await readDocument.send(delivery, context));
}

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

function invoicePdf(number: string): Promise<Buffer> {
  return pdf((page) => page.text(`Rechnungsnummer: ${number}`).text('Gesamtbetrag: 119,00 EUR'));
}

/** A mail of plain text with attachments by name. */
function mail(body: string, attached: Readonly<Record<string, Uint8Array>> = {}, type = 'text/plain'): Buffer {
  const file = ([name, bytes]: [string, Uint8Array]): string =>
    `Content-Type: application/octet-stream; name="${name}"\r\nContent-Disposition: attachment; filename="${name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(bytes).toString('base64')}\r\n`;
  const parts = [`Content-Type: ${type}; charset=utf-8\r\n\r\n${body}\r\n`, ...Object.entries(attached).map(file)];
  return Buffer.from(
    `From: a@supplier.example\r\nSubject: mail\r\nContent-Type: multipart/mixed; boundary=q\r\n\r\n${parts.map((part) => `--q\r\n${part}`).join('')}--q--\r\n`,
  );
}

function bombPdf(): Buffer {
  const stream = deflateSync(Buffer.alloc(1_000_000_000, 32), { level: 1 });
  const objects = [
    '1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj',
    '2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj',
    '3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<<>>>>endobj',
    `4 0 obj<</Length ${stream.length}/Filter/FlateDecode>>stream\n`,
  ];
  return Buffer.concat([
    Buffer.from(`%PDF-1.4\n${objects.join('\n')}`),
    stream,
    Buffer.from('\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF'),
  ]);
}

interface BadDocument {
  readonly what: string;
  readonly mediaType: 'application/xml' | 'application/pdf' | 'message/rfc822';
  readonly bytes: () => Uint8Array | Promise<Uint8Array>;
  readonly sentence: RegExp;
}

const BAD: readonly BadDocument[] = [
  {
    what: 'an encrypted PDF',
    mediaType: 'application/pdf',
    bytes: () => pdf((page) => page.text('Rechnung'), { userPassword: 'secret' }),
    sentence: /^The document is a PDF that is encrypted; ask the sender for one without a password\.$/u,
  },
  {
    what: 'a PDF of pictures alone',
    mediaType: 'application/pdf',
    bytes: () => pdf((page) => page.rect(10, 10, 100, 100).fill('black')),
    sentence: /is a PDF without any text, such as a scan; have its text recognised \(OCR\) first/u,
  },
  {
    what: 'a PDF that is cut off',
    mediaType: 'application/pdf',
    bytes: async () => (await invoicePdf('R-1')).subarray(0, 400),
    sentence: /is no PDF that can be read: it is damaged or cut off\. Ask the sender for it again\.$/u,
  },
  {
    what: 'a PDF that unpacks to a gigabyte',
    mediaType: 'application/pdf',
    bytes: bombPdf,
    sentence: /needs more than 512 MB of memory to read and was given up/u,
  },
  {
    what: 'XML whose bytes are not in its encoding',
    mediaType: 'application/xml',
    bytes: () => Buffer.from(INVOICE, 'latin1'),
    sentence: /says that its encoding is UTF-8, but its bytes are not; ask the sender to export it again in UTF-8\.$/u,
  },
  {
    what: 'XML in an encoding that nobody knows',
    mediaType: 'application/xml',
    bytes: () => Buffer.from(INVOICE.replace('UTF-8', 'KLINGON-1')),
    sentence: /declares the encoding "klingon-1", which is not known; ask the sender for UTF-8\.$/u,
  },
  {
    what: 'XML whose entities multiply',
    mediaType: 'application/xml',
    bytes: () => Buffer.from('<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>'),
    sentence: /declares a document type, which no UBL document needs; ask the sender for one without\.$/u,
  },
  {
    what: 'a mail without an invoice',
    mediaType: 'message/rfc822',
    bytes: () => mail('See you on Monday.', { 'map.jpg': Buffer.from('jpg') }),
    sentence:
      /is a mail without an invoice, in its text or attached \("map\.jpg" cannot be read as one\); ask the sender/u,
  },
  {
    what: 'a mail with two invoices attached',
    mediaType: 'message/rfc822',
    bytes: async () => mail('Enclosed.', { 'a.pdf': await invoicePdf('R-1'), 'b.pdf': await invoicePdf('R-2') }),
    sentence: /is a mail with 2 invoices \(a\.pdf, b\.pdf\); have each of them sent by itself\.$/u,
  },
  {
    what: 'a mail that is one invoice and holds another',
    mediaType: 'message/rfc822',
    bytes: async () => mail('Rechnung Nr. R-2 über 5,00 EUR', { 'a.pdf': await invoicePdf('R-1') }),
    sentence: /is a mail with 2 invoices \(a\.pdf, the mail's own text\); have each of them sent by itself\.$/u,
  },
  {
    what: 'a mail whose text is two invoices',
    mediaType: 'message/rfc822',
    bytes: () => mail('Rechnung Nr. R-1 über 4,00 EUR\r\n\r\nRechnung Nr. R-2 über 5,00 EUR'),
    sentence: /is a mail with 2 invoices \(R-1, R-2\); have each of them sent by itself\.$/u,
  },
  {
    what: 'a mail with a UBL file and the PDF of another invoice',
    mediaType: 'message/rfc822',
    bytes: async () => mail('Enclosed.', { 'a.xml': Buffer.from(INVOICE), 'b.pdf': await invoicePdf('R-2') }),
    sentence: /is a mail with 2 invoices \(a\.xml, b\.pdf\)/u,
  },
  {
    what: 'a mail with XML that is no UBL',
    mediaType: 'message/rfc822',
    bytes: () => mail('Enclosed.', { 'a.xml': Buffer.from('<order/>') }),
    sentence: /is neither a UBL 2\.1 Invoice nor a CreditNote but "order"/u,
  },
  {
    what: 'a mail whose text is not in its encoding',
    mediaType: 'message/rfc822',
    bytes: () => Buffer.from(mail('Rechnung R-1 f~r 5,00 EUR').toString('latin1').replace('~', '\u00fc'), 'latin1'),
    sentence: /is a mail whose text is not in the encoding that it names; ask the sender for the invoice as PDF\.$/u,
  },
  {
    what: 'a text that is no mail',
    mediaType: 'message/rfc822',
    bytes: () => Buffer.from('Rechnung R-1 5,00 EUR'),
    sentence: /is no mail: it has neither sender nor date nor subject/u,
  },
  {
    what: 'nothing at all',
    mediaType: 'application/pdf',
    bytes: () => new Uint8Array(0),
    sentence: /is no PDF that can be read/u,
  },
];

test.each(BAD)('$what gets one sentence with the fix [document.hostile]', async ({ mediaType, bytes, sentence }) => {
  await expect(read(mediaType, await bytes())).rejects.toMatchObject({
    code: 'invalid-input',
    message: expect.stringMatching(sentence),
  });
});

test('a document that never ends being read is killed at its time limit, and the process lives [document.hostile]', async () => {
  const parser = join(folder, 'endless.mjs');
  await writeFile(parser, ENDLESS);
  const work = { format: 'pdf', mediaType: 'application/pdf', bytes: new Uint8Array(1) } as const;
  const reading = parseInThread(work, {
    limits: { timeMs: 300, memoryMb: 64 },
    parser: pathToFileURL(parser),
  });
  await expect(reading).rejects.toMatchObject({
    code: 'invalid-input',
    message: expect.stringMatching(/took longer than 0\.3 seconds to read and was given up/u),
  });
  await expect(read('application/pdf', await invoicePdf('R-1'))).resolves.toMatchObject({ structured: false });
});

test('a thread that dies by itself is a document that cannot be read [document.hostile]', async () => {
  const parser = join(folder, 'dying.mjs');
  await writeFile(parser, 'process.exit(3);');
  const work = { format: 'pdf', mediaType: 'application/pdf', bytes: new Uint8Array(1) } as const;
  await expect(parseInThread(work, { parser: pathToFileURL(parser) })).rejects.toMatchObject({
    code: 'invalid-input',
    message: 'The document cannot be read; ask the sender for it again, or for another format.',
  });
});

test('a run that is cancelled does not wait for its document', async () => {
  const parser = join(folder, 'endless.mjs');
  await writeFile(parser, ENDLESS);
  const work = { format: 'pdf', mediaType: 'application/pdf', bytes: new Uint8Array(1) } as const;
  const signal = AbortSignal.timeout(200);
  await expect(parseInThread(work, { parser: pathToFileURL(parser), signal })).rejects.toMatchObject({
    name: 'TimeoutError',
  });
});

test('XML in another encoding, a mail in HTML, a forwarded mail and a PDF in a mail are read [document.formats]', async () => {
  const latin = Buffer.from(INVOICE.replace('UTF-8', 'ISO-8859-1'), 'latin1');
  await expect(read('text/xml; charset=x', latin)).resolves.toMatchObject({
    structured: true,
    document: { supplier: { name: 'Nordlicht Bürobedarf GmbH' } },
  });
  const row = '<table><tr><td>Rechnungsnummer</td><td>R-9</td></tr><tr><td>Total</td><td>1.234,00 €</td></tr></table>';
  const html = await read('message/rfc822', mail(row, {}, 'text/html'));
  expect(html.text).toMatch(/^Rechnungsnummer {2,}R-9$/mu);
  expect(html.text).toMatch(/^Total {2,}1\.234,00 €$/mu);
  const credit = await read('message/rfc822', mail('Gutschrift Nr. G-1 zur Rechnung Nr. R-1 über 5,00 EUR'));
  expect(credit).toMatchObject({ structured: false, mediaType: 'message/rfc822' });
  const forwarded = mail('Please book.', { 'fw.xml': Buffer.from(INVOICE) });
  const inner = mail('FYI')
    .toString('latin1')
    .replace(
      '--q--',
      `--q\r\nContent-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\n${forwarded.toString('latin1').replaceAll('q\r\n', 'z\r\n').replaceAll('--q--', '--z--').replaceAll('=q', '=z')}\r\n--q--`,
    );
  await expect(read('message/rfc822', Buffer.from(inner, 'latin1'))).resolves.toMatchObject({ structured: true });
  await expect(
    read('message/rfc822', mail('Our invoice R-1 over 119,00 EUR.', { 'a.pdf': await invoicePdf('R-1') })),
  ).resolves.toMatchObject({ structured: false, mediaType: 'application/pdf' });
});

test('a UBL file of several megabytes is read in a thread [document.bounded]', async () => {
  const line = { name: 'x'.repeat(1500), quantity: '1', price: '1.00', net: '1.00', rate: '19' };
  const count = 1000;
  const text = invoiceXml({
    number: 'R-1',
    order: null,
    supplier: { name: 'A', vatId: 'DE1' },
    account: null,
    lines: Array.from({ length: count }, () => line),
    vat: [{ rate: '19', taxable: '1000.00', tax: '190.00' }],
    amounts: { net: '1000.00', tax: '190.00', gross: '1190.00', payable: '1190.00' },
  });
  expect(text.length).toBeGreaterThan(1024 * 1024);
  const read = Extracted.parse(await readDocument.send({ source: 'a', text }, context));
  expect(read).toMatchObject({ structured: true, text });
});
