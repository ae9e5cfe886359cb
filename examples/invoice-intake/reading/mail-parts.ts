import PostalMime, { type Attachment, type Email } from 'postal-mime';
import { unreadable } from '../ubl/xml-element.ts';
import type { Format } from './format.ts';
import { htmlText } from './html-text.ts';

/** A file that came with a mail. */
export interface AttachedFile {
  readonly name: string;
  /** `undefined` when it is not read. */
  readonly format: Exclude<Format, 'mail'> | undefined;
  readonly bytes: Uint8Array;
}

/** A mail taken apart; mails that are attached to it count as part of it. */
export interface MailParts {
  readonly body: string;
  readonly files: readonly AttachedFile[];
}

const AMOUNT = /\d[.,]\d{2}(?!\d)/u;
const MAX_ATTACHED_DEPTH = 3;

/**
 * Takes a mail apart.
 * @throws JobError `invalid-input` when it is none
 */
export async function mailParts(bytes: Uint8Array, depth = 0): Promise<MailParts> {
  const mail = await parsed(bytes);
  const files: AttachedFile[] = [];
  const bodies = [await bodyOf(mail)];
  for (const attachment of mail.attachments) {
    const content = bytesOf(attachment);
    if (attachment.mimeType === 'message/rfc822' && depth < MAX_ATTACHED_DEPTH) {
      const inner = await mailParts(content, depth + 1);
      bodies.push(inner.body);
      files.push(...inner.files);
    } else if (attachment.related !== true)
      files.push({ name: attachment.filename ?? attachment.mimeType, format: formatOf(attachment), bytes: content });
  }
  return { body: bodies.filter((body) => body.trim() !== '').join('\n\n'), files };
}

async function parsed(bytes: Uint8Array): Promise<Email> {
  const mail = await PostalMime.parse(bytes).catch((cause: unknown) => {
    throw unreadable('is no mail that can be read; ask the sender for it again.', cause);
  });
  if (mail.from === undefined && mail.date === undefined && mail.subject === undefined)
    throw unreadable('is no mail: it has neither sender nor date nor subject. Save the mail itself as .eml.');
  return mail;
}

// Many mails carry a text that only says that the real one is HTML.
async function bodyOf({ text = '', html = '' }: Email): Promise<string> {
  if (html === '' || AMOUNT.test(text)) return text.replaceAll('\r\n', '\n');
  const fromHtml = await htmlText(html);
  return text.trim() === '' || AMOUNT.test(fromHtml) ? fromHtml : text.replaceAll('\r\n', '\n');
}

function formatOf({ mimeType, filename }: Attachment): AttachedFile['format'] {
  const extension = /\.(\w+)$/u.exec(filename ?? '')?.[1]?.toLowerCase();
  if (mimeType === 'application/pdf' || mimeType === 'application/x-pdf' || extension === 'pdf') return 'pdf';
  return /^(application|text)\/(.+\+)?xml$/u.test(mimeType) || extension === 'xml' ? 'xml' : undefined;
}

function bytesOf({ content }: Attachment): Uint8Array {
  return typeof content === 'string' ? new TextEncoder().encode(content) : new Uint8Array(content);
}
