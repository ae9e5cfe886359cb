import { STACK_VARIABLE } from '../../testing/stage.ts';
import { sharedStack } from '../stack-addresses.ts';

/** Lets the rehearsals of a test file run on the stack that the suite shares. */
export function onSharedStack(): void {
  process.env[STACK_VARIABLE] = JSON.stringify(sharedStack());
}
