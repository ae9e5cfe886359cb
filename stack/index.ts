export type { StackAddresses } from './addresses.ts';
export { openHome } from './home.ts';
export { openStack, type UserServers } from './open-stack.ts';
export { watchParent } from './parent-watch.ts';
export { programFile } from './program-file.ts';
export type { ProcessSpec, StartedProcess } from './process-spec.ts';
export { removeStack } from './remove-stack.ts';
export type { Stack } from './stack.ts';
