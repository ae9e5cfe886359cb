import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { openStack, removeStack, watchParent, type Stack } from '../stack/index.ts';
import { TEST_STACK_VARIABLE } from './stack-addresses.ts';

/** What the set-up of the suite leaves for its end, which Jest runs in the same process. */
export interface SharedStack {
  readonly home: string;
  readonly stack: Stack;
}

declare global {
  var holdfastTestStack: SharedStack | undefined;
}

const homes = join(import.meta.dirname, '../.holdfast/test');

/** Starts one stack for the whole suite, with data and ports of its own. The user's own servers are not used. */
async function startSharedStack(): Promise<void> {
  watchParent(() => process.exit(1));
  mkdirSync(homes, { recursive: true, mode: 0o700 });
  removeLeftHomes();
  const home = join(homes, String(process.pid));
  const stack = await openStack({ home, env: {}, onProgress: (line) => process.stderr.write(`holdfast: ${line}\n`) });
  process.env[TEST_STACK_VARIABLE] = JSON.stringify(stack.addresses);
  globalThis.holdfastTestStack = { home, stack };
}

/** A suite that was killed leaves its home; its stack has ended by itself. */
function removeLeftHomes(): void {
  for (const name of readdirSync(homes)) {
    if (isAlive(Number(name))) continue;
    try {
      removeStack(join(homes, name));
    } catch {
      // It is still ending: the next suite removes it.
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

// oxlint-disable-next-line import/no-default-export -- Jest calls the default export of its globalSetup.
export default startSharedStack;
