import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { runChild } from './run-child.js';

/**
 * Writes the published form of the package to `dist/`: JavaScript, types and source maps of all that tsconfig.build.json
 * names and reaches. What was there before is removed.
 * @param {string} node
 * @param {{ root: string }} options
 * @returns {Promise<number>} exit code
 */
export async function build(node, { root }) {
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  return runChild(node, [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'], { root });
}
