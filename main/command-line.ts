import { parseArgs, type ParseArgsConfig } from 'node:util';
import { JobError, sentenceOf } from '../domain/errors.ts';

type Options = NonNullable<ParseArgsConfig['options']>;

/**
 * The options of a command line, none of them positional.
 * @throws JobError `invalid-input` for an unknown option, with the command's form
 */
export function optionsOf<Known extends Options>(
  args: readonly string[],
  options: Known,
  usage: string,
): ReturnType<typeof parseArgs<{ args: string[]; options: Known; allowPositionals: false }>>['values'] {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: false }).values;
  } catch (cause) {
    const [first = ''] = sentenceOf(cause).split(/\.\s|\n/);
    throw new JobError('invalid-input', `${first.replace(/\.$/, '')}; the form is: ${usage}.`, { cause });
  }
}

/**
 * A whole number within bounds, or what stands for it when it is not given.
 * @throws JobError `invalid-input` with the bounds
 */
export function wholeNumber(
  name: string,
  text: string | undefined,
  bounds: { readonly least: number; readonly most: number; readonly otherwise: number },
): number {
  if (text === undefined) return bounds.otherwise;
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= bounds.least && value <= bounds.most) return value;
  throw new JobError(
    'invalid-input',
    `--${name} takes a whole number from ${bounds.least} to ${bounds.most}, not "${text}".`,
  );
}
