import { createInterface } from 'node:readline/promises';

/** Asks the person at the terminal; without one, nobody releases, and the run waits until it is signalled. */
export async function askRelease(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    process.stderr.write(
      `holdfast: ${question} There is no terminal to ask at; start with \`-- --yes\`, or deliver the signal.\n`,
    );
    return new Promise<boolean>(() => {});
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`\n${question}\nRelease it? [y/N] `);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}
