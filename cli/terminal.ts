import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** The widest that anything is drawn, in columns; a narrower terminal narrows it. */
const WIDEST = 100;

/** Writes a result to standard output, which carries nothing else. */
export function print(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

/** Writes a value as one line of JSON to standard output. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** Tells something that is no result, on standard error. */
export function say(sentence: string): void {
  process.stderr.write(`holdfast: ${sentence}\n`);
}

/** Whether results go to a person's terminal. */
export function onTerminal(): boolean {
  return process.stdout.isTTY;
}

/** How many columns a table may take; `undefined` where nobody looks on, so that nothing is cut for a program. */
export function columns(): number | undefined {
  return onTerminal() ? Math.min(process.stdout.columns, WIDEST) : undefined;
}

/** A text in a colour; plain when standard output is no terminal, or `NO_COLOR` is set. */
export function styled(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout });
}
