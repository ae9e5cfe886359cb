import { removeStack } from '../stack/index.ts';

/** Stops the stack of the suite and deletes what it kept. */
async function stopSharedStack(): Promise<void> {
  const shared = globalThis.holdfastTestStack;
  if (shared === undefined) return;
  await shared.stack.close();
  removeStack(shared.home);
}

// oxlint-disable-next-line import/no-default-export -- Jest calls the default export of its globalTeardown.
export default stopSharedStack;
