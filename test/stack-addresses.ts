import type { StackAddresses } from '../stack/index.ts';

/** The environment variable by which the suite's set-up tells each test file where the shared stack is. */
export const TEST_STACK_VARIABLE = 'HOLDFAST_TEST_STACK';

/** Where the stack is that the whole suite shares. Tests use ids, tenants and Task Queues of their own. */
export function sharedStack(): StackAddresses {
  const addresses = process.env[TEST_STACK_VARIABLE];
  if (addresses === undefined) throw new Error('The shared stack is not up; run the tests by "npm test".');
  return JSON.parse(addresses) as StackAddresses;
}
