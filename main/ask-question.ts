import { readFile } from 'node:fs/promises';
import { createInterface, type Interface } from 'node:readline/promises';
import type { GivenAnswer, ShownQuestion } from '../client/index.ts';
import type { Json } from '../domain/canonical.ts';
import { sentenceOf } from '../domain/errors.ts';

const SHOWN_CHARACTERS = 2_000;

/** What a person says to a question, and on what evidence. */
export interface Said {
  readonly answer: GivenAnswer;
  readonly evidence: string;
}

/** Asks the person at the terminal; `undefined` leaves the question open, and so does a process without a terminal. */
export async function askQuestion(question: ShownQuestion): Promise<Said | undefined> {
  if (!process.stdin.isTTY) return undefined;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    process.stderr.write(`\n${textOf(question)}\n`);
    const answer = question.question === 'correction' ? await correctionFrom(terminal) : await effectFrom(terminal);
    if (answer === undefined) return undefined;
    const evidence = (await terminal.question('How do you know? One sentence, kept with the answer: ')).trim();
    return evidence === '' ? undefined : { answer, evidence };
  } finally {
    terminal.close();
  }
}

/** A question with all that a person decides by, cut where it is long. */
export function textOf({ sentence, findings, source, artefact, call }: ShownQuestion): string {
  const found = findings.map(
    ({ rule, field, sentence: said }) => `  ${rule}${field === undefined ? '' : ` (${field})`}: ${said}`,
  );
  return [
    sentence,
    ...(found.length === 0 ? [] : ['Found:', ...found]),
    ...shown('Made', artefact),
    ...shown('From', source),
    ...(call === undefined ? [] : [`Asked of ${call.system === '' ? 'itself' : call.system}: ${call.name}`]),
    ...shown('With', call?.arguments),
  ].join('\n');
}

function shown(title: string, value: Json | undefined): readonly string[] {
  if (value === undefined) return [];
  const text = JSON.stringify(value, null, 2);
  const rest = text.length - SHOWN_CHARACTERS;
  return [`${title}:`, rest > 0 ? `${text.slice(0, SHOWN_CHARACTERS)}\n[${rest} more characters]` : text];
}

async function correctionFrom(terminal: Interface): Promise<GivenAnswer | undefined> {
  const said = await terminal.question(
    'Path of a JSON file with the right output, "reject", or Enter to leave it open: ',
  );
  const path = said.trim();
  if (path === '') return undefined;
  if (path === 'reject') return { kind: 'rejected' };
  try {
    return { kind: 'corrected', output: JSON.parse(await readFile(path, 'utf8')) as Json };
  } catch (error) {
    process.stderr.write(`holdfast: ${path} cannot be read as JSON: ${sentenceOf(error)}; the question stays open.\n`);
    return undefined;
  }
}

async function effectFrom(terminal: Interface): Promise<GivenAnswer | undefined> {
  const said = await terminal.question('Did it take place? "yes", "no, again", "no, end", or Enter to leave it open: ');
  switch (said.trim().toLowerCase().replaceAll(/\s+/g, ' ')) {
    case 'yes':
      return { kind: 'happened' };
    case 'no, again':
    case 'no again':
      return { kind: 'did-not-happen', next: 'repeat' };
    case 'no, end':
    case 'no end':
      return { kind: 'did-not-happen', next: 'end' };
    default:
      return undefined;
  }
}
