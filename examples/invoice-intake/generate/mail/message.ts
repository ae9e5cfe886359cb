/** A part of a mail: text in its own character set, or a file. */
export type Part =
  | {
      readonly kind: 'text';
      readonly type: 'plain' | 'html';
      readonly charset: 'utf-8' | 'iso-8859-1';
      readonly text: string;
    }
  | { readonly kind: 'file'; readonly name: string; readonly mediaType: string; readonly bytes: Uint8Array };

/** A mail before it is written. */
export interface Message {
  readonly from: { readonly name: string; readonly address: string };
  readonly subject: string;
  readonly id: string;
  /** `alternative` for the same text as plain text and HTML, `mixed` for a text with files; of one part neither is written. */
  readonly combine: 'alternative' | 'mixed';
  readonly parts: readonly [Part, ...Part[]];
}

const CRLF = '\r\n';
const BOUNDARY = '=_holdfast_part';
const MAX_ENCODED_LINE = 75;
const MAX_WORD_BYTES = 39;
const BASE64_LINE = /.{1,76}/gu;

/**
 * Writes a mail: headers in encoded words where they are not ASCII, texts quoted-printable, files in base64. Same message,
 * same bytes. Source: RFC 5322, RFC 2045 §6.7 and §6.8, RFC 2046 §5.1, RFC 2047.
 */
export function writeMail({ from, subject, id, combine, parts }: Message): Uint8Array {
  const headers = [
    `From: ${encodedWords(from.name)} <${from.address}>`,
    'To: Rechnungseingang <invoices@kranich.example>',
    `Subject: ${encodedWords(subject)}`,
    'Date: Mon, 02 Mar 2026 09:00:00 +0100',
    `Message-ID: <${id}>`,
    'MIME-Version: 1.0',
  ];
  const [first, ...others] = parts;
  const body = others.length === 0 ? writePart(first) : writeParts(combine, parts);
  return new Uint8Array(Buffer.from([...headers, ...body].join(CRLF) + CRLF, 'latin1'));
}

function writeParts(combine: Message['combine'], parts: readonly Part[]): string[] {
  return [
    `Content-Type: multipart/${combine}; boundary="${BOUNDARY}"`,
    '',
    ...parts.flatMap((part) => [`--${BOUNDARY}`, ...writePart(part)]),
    `--${BOUNDARY}--`,
  ];
}

function writePart(part: Part): string[] {
  if (part.kind === 'file')
    return [
      `Content-Type: ${part.mediaType}; name="${part.name}"`,
      `Content-Disposition: attachment; filename="${part.name}"`,
      'Content-Transfer-Encoding: base64',
      '',
      ...(Buffer.from(part.bytes).toString('base64').match(BASE64_LINE) ?? []),
    ];
  return [
    `Content-Type: text/${part.type}; charset=${part.charset}`,
    'Content-Transfer-Encoding: quoted-printable',
    '',
    ...part.text.split('\n').map((line) => quotedPrintable(encoded(line, part.charset))),
  ];
}

function encoded(text: string, charset: 'utf-8' | 'iso-8859-1'): Buffer {
  return Buffer.from(text, charset === 'utf-8' ? 'utf8' : 'latin1');
}

function quotedPrintable(bytes: Buffer): string {
  let [written, length] = ['', 0];
  for (const [index, byte] of bytes.entries()) {
    const isLast = index === bytes.length - 1;
    const token = isLiteral(byte, isLast) ? String.fromCharCode(byte) : `=${hexadecimal(byte)}`;
    if (length + token.length > MAX_ENCODED_LINE) [written, length] = [`${written}=${CRLF}`, 0];
    written += token;
    length += token.length;
  }
  return written;
}

// Blanks at the end of a line would be lost on the way.
function isLiteral(byte: number, isLast: boolean): boolean {
  return byte === 0x20 ? !isLast : byte > 0x20 && byte < 0x7f && byte !== 0x3d;
}

function hexadecimal(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}

// A word is cut between letters, never inside one.
function encodedWords(text: string): string {
  if (/^[\w ./#-]*$/u.test(text)) return text;
  const words = [''];
  for (const letter of text) {
    const last = words.at(-1) ?? '';
    if (Buffer.byteLength(last + letter) > MAX_WORD_BYTES) words.push(letter);
    else words[words.length - 1] = last + letter;
  }
  return words.map((word) => `=?UTF-8?B?${Buffer.from(word).toString('base64')}?=`).join(`${CRLF} `);
}
