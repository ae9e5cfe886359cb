import { unreadable } from '../ubl/xml-element.ts';

const DECLARED = /^<\?xml\s[^>]*?\bencoding\s*=\s*["']([\w.:-]{1,40})["']/u;

/**
 * The text of XML bytes by their byte order mark, else by the encoding that they declare, else by UTF-8.
 * @throws JobError `invalid-input` for an encoding that is not known, and for bytes that are not of it
 */
export function decodeXml(bytes: Uint8Array): string {
  const encoding = encodingOf(bytes);
  const decoder = decoderOf(encoding);
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw unreadable(
      `says that its encoding is ${encoding.toUpperCase()}, but its bytes are not; ask the sender to export it again in UTF-8.`,
      cause,
    );
  }
}

function decoderOf(encoding: string): { decode(bytes: Uint8Array): string } {
  try {
    return new TextDecoder(encoding, { fatal: true });
  } catch (cause) {
    throw unreadable(`declares the encoding "${encoding}", which is not known; ask the sender for UTF-8.`, cause);
  }
}

function encodingOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  // Without a mark, what declares the encoding is ASCII.
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 200)).replace(/^\u00ef\u00bb\u00bf/u, '');
  return DECLARED.exec(head)?.[1]?.toLowerCase() ?? 'utf-8';
}
