import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { resolve } from 'node:path';
import type { Json } from '../domain/canonical.ts';
import { JobError, sentenceOf } from '../domain/errors.ts';

/** What begins like this is JSON itself, and no name of a file. */
const INLINE = /^\s*[[{"]/;

/**
 * A JSON value from the command line: `-` reads standard input, what begins with `{`, `[` or `"` is the value itself, and
 * anything else names a file.
 * @throws JobError `invalid-input` when the file is not there, or what is read is no JSON
 */
export async function jsonArgument(given: string, option: string): Promise<Json> {
  const { source, content } = await contentOf(given, option);
  try {
    return JSON.parse(content) as Json;
  } catch (cause) {
    throw new JobError('invalid-input', `${source} is no JSON: ${sentenceOf(cause)}; correct it.`, { cause });
  }
}

async function contentOf(given: string, option: string): Promise<{ source: string; content: string }> {
  if (given === '-') return { source: 'What stands on standard input', content: await text(process.stdin) };
  if (INLINE.test(given)) return { source: `The value of ${option}`, content: given };
  try {
    return { source: `The file ${given} of ${option}`, content: readFileSync(resolve(given), 'utf8') };
  } catch (cause) {
    throw new JobError(
      'invalid-input',
      `The file ${given} of ${option} cannot be read (${sentenceOf(cause)}); name a file, "-" for standard input, or write the JSON itself.`,
      { cause },
    );
  }
}
