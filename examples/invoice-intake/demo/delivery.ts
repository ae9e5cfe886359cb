import { extname } from 'node:path';
import { JobError } from 'holdfast';
import type { Delivery } from '../schemas.ts';

const MEDIA_TYPES: ReadonlyMap<string, string> = new Map([
  ['.xml', 'application/xml'],
  ['.pdf', 'application/pdf'],
  ['.eml', 'message/rfc822'],
]);

/** The endings of file names that are taken. */
export const ENDINGS = [...MEDIA_TYPES.keys()];

/** Whether a file is taken, by its name. */
export function isTaken(file: string): boolean {
  return mediaTypeOf(file) !== undefined;
}

function mediaTypeOf(file: string): string | undefined {
  return MEDIA_TYPES.get(extname(file).toLowerCase());
}

/**
 * A file as it is delivered: XML in UTF-8 as text, everything else as bytes.
 * @throws JobError `invalid-input` for a file of another format
 */
export function deliveryOf(file: string, { source, bytes }: { source: string; bytes: Buffer }): Delivery {
  const mediaType = mediaTypeOf(file);
  if (mediaType === undefined) throw new JobError('invalid-input', `"${file}" is none of ${ENDINGS.join(', ')}.`);
  const text = mediaType === 'application/xml' ? utf8(bytes) : undefined;
  return text === undefined ? { source, mediaType, base64: bytes.toString('base64') } : { source, mediaType, text };
}

// What declares another encoding, or is not in UTF-8, is for the reader of documents to decode or to refuse.
function utf8(bytes: Buffer): string | undefined {
  const declared = /^\s*<\?xml\s[^>]*?\bencoding\s*=\s*["']([^"']*)/u.exec(bytes.toString('latin1', 0, 200))?.[1];
  if (declared !== undefined && declared.toLowerCase() !== 'utf-8') return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
