import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { JobError, sentenceOf } from '../domain/errors.ts';

/** The one file that configures the product. */
export const CONFIG_FILE = 'temporal.yaml';

/**
 * The content of temporal.yaml as plain data; a missing or empty file is an empty map.
 * @throws JobError `invalid-config` when it cannot be read or is no YAML (1.2, without duplicate keys)
 */
export function readConfigFile(folder: string): unknown {
  const text = textOf(join(folder, CONFIG_FILE));
  const document = parseDocument(text, { prettyErrors: false });
  const [problem] = document.errors;
  if (problem !== undefined) {
    const { line, column } = positionOf(text, problem.pos[0]);
    throw invalid(
      `${CONFIG_FILE} is no valid YAML at line ${line}, column ${column}: ${oneLine(problem.message)}.`,
      problem,
    );
  }
  try {
    const content: unknown = document.toJS();
    return content ?? {};
  } catch (cause) {
    throw invalid(`${CONFIG_FILE} is no valid YAML: ${oneLine(sentenceOf(cause))}.`, cause);
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if (typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === 'ENOENT') return '';
    throw invalid(`${CONFIG_FILE} cannot be read: ${oneLine(sentenceOf(cause))}.`, cause);
  }
}

function positionOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function oneLine(message: string): string {
  return message.replaceAll(/\s+/g, ' ').replace(/\.$/, '').trim();
}

function invalid(sentence: string, cause: unknown): JobError {
  return new JobError('invalid-config', sentence, { cause });
}
