import { writeFile } from 'node:fs/promises';
import PDFDocument from 'pdfkit';
import { invoiceXml } from './invoice-xml.ts';

// Writes the sample documents that are no plain UBL: `node examples/invoice-intake/generate/sample-documents.ts`. The same
// bytes every time.
const documents = new URL('../documents/', import.meta.url);
const ISSUED = new Date('2026-03-09T08:00:00Z');
const [LEFT, MIDDLE, RIGHT] = [56, 330, 539];

/** One row of a page: a text at the left, and maybe one in the middle and one that ends at the right. */
type Row = readonly [left: string, middle?: string, right?: string];

const ALSTER: readonly Row[] = [
  ['Alster Druck & Medien GmbH'],
  ['Speicherweg 9, 20457 Hamburg'],
  [''],
  ['Rechnung'],
  [''],
  ['Lieferant', 'Alster Druck & Medien GmbH'],
  ['USt-IdNr.', 'DE100000245'],
  ['Rechnungsnummer', 'AD-2026-0245'],
  ['Rechnungsdatum', '09.03.2026'],
  ['Bestellnummer', 'KW-4730'],
  [''],
  ['Pos.  Leistung', 'Menge', 'Netto EUR'],
  ['1  Broschüren A5, 16 Seiten', '500', '890,00'],
  ['2  Plakate A2', '40', '260,00'],
  ['3  Versand', '1', '34,50'],
  [''],
  ['Nettobetrag', '', '1.184,50 EUR'],
  ['MwSt 19 %', '', '225,06 EUR'],
  ['Gesamtbetrag', '', '1.409,56 EUR'],
  ['Zahlbetrag', '', '1.409,56 EUR'],
  [''],
  ['IBAN', 'DE12 5001 0517 0648 4898 90'],
  ['Zahlbar innerhalb von 30 Tagen ohne Abzug.'],
];

const FELDMANN = `Dear Sir or Madam,

thank you for your order. This mail is our invoice.

Supplier: Feldmann Gartenbau e.K.
VAT number: DE100000256
Invoice number: FG-2026-56
Invoice date: 2026-03-10
Order number: KW-4731

Item 1: Planting of the courtyard    1,250.00 EUR
Item 2: Care, March                    180.00 EUR

Net amount: 1,430.00 EUR
VAT 19 %: 271.70 EUR
Total: 1,701.70 EUR
Amount due: 1,701.70 EUR

IBAN: DE27 1007 7777 0209 2997 00

Kind regards
Ina Feldmann
`;

const KUESTENTEE = invoiceXml({
  number: 'KT-2026-0267',
  order: null,
  supplier: { name: 'Küstentee Handelsgesellschaft mbH', vatId: 'DE100000267' },
  account: 'DE26200411330083803300',
  lines: [
    { name: 'Assam, 5 kg', quantity: '4', price: '92.50', net: '370.00', rate: '7' },
    { name: 'Tea pot, 1.5 l', quantity: '6', price: '31.00', net: '186.00', rate: '19' },
  ],
  vat: [
    { rate: '7', taxable: '370.00', tax: '25.90' },
    { rate: '19', taxable: '186.00', tax: '35.34' },
  ],
  amounts: { net: '556.00', tax: '61.24', gross: '617.24', payable: '617.24' },
});

await writeFile(new URL('08-text.pdf', documents), await pdfOf(ALSTER));
await writeFile(new URL('09-mail.eml', documents), mailOf('Invoice FG-2026-56', 'rechnung@feldmann.example', FELDMANN));
await writeFile(new URL('10-mail-attached.eml', documents), mailWithUbl());

/** A page with real text. Streams are not compressed, so that the file does not depend on a version of zlib. */
async function pdfOf(rows: readonly Row[]): Promise<Uint8Array> {
  const page = new PDFDocument({ size: 'A4', compress: false, info: { Title: 'Rechnung', CreationDate: ISSUED } });
  const chunks: Buffer[] = [];
  page.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise((resolve) => page.on('end', resolve));
  page.fontSize(10);
  rows.forEach(([left, middle = '', right = ''], index) => {
    const y = 70 + index * 18;
    const at = (text: string, x: number): void => {
      if (text !== '') page.text(text, x, y, { lineBreak: false });
    };
    at(left, LEFT);
    at(middle, MIDDLE);
    at(right, RIGHT - page.widthOfString(right));
  });
  page.end();
  await ended;
  return Buffer.concat(chunks);
}

function mailOf(subject: string, from: string, body: string): string {
  return [...headOf(subject, from), 'Content-Type: text/plain; charset=utf-8', '', ...body.split('\n')].join('\r\n');
}

function mailWithUbl(): string {
  const content =
    Buffer.from(KUESTENTEE)
      .toString('base64')
      .match(/.{1,76}/gu) ?? [];
  return [
    ...headOf('Rechnung KT-2026-0267', 'buchhaltung@kuestentee.example'),
    'Content-Type: multipart/mixed; boundary="holdfast-sample"',
    '',
    '--holdfast-sample',
    'Content-Type: text/plain; charset=utf-8',
    '',
    'Guten Tag,',
    '',
    'anbei erhalten Sie unsere Rechnung Nr. KT-2026-0267 als UBL.',
    '',
    'Viele Grüße',
    'Küstentee Handelsgesellschaft mbH',
    '--holdfast-sample',
    'Content-Type: application/xml; name="KT-2026-0267.xml"',
    'Content-Disposition: attachment; filename="KT-2026-0267.xml"',
    'Content-Transfer-Encoding: base64',
    '',
    ...content,
    '--holdfast-sample--',
    '',
  ].join('\r\n');
}

function headOf(subject: string, from: string): readonly string[] {
  const number = subject.split(' ').at(-1) ?? '';
  return [
    `From: ${from}`,
    'To: invoices@buyer.example',
    `Subject: ${subject}`,
    'Date: Tue, 10 Mar 2026 09:00:00 +0100',
    `Message-ID: <${number}@sample.example>`,
    'MIME-Version: 1.0',
  ];
}
