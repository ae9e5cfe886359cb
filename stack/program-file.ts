import { fileURLToPath } from 'node:url';

/**
 * The path of a program beside the module that starts it, by its name without ending (`./worker`): `.ts` while the
 * package runs from its sources, `.js` in the build.
 */
export function programFile(name: string, from: string): string {
  return fileURLToPath(new URL(`${name}${from.endsWith('.ts') ? '.ts' : '.js'}`, from));
}
