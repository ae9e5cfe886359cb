import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SetUpFailure } from './set-up-failure.js';

/**
 * The Node that a project runs with: that of the package `node` in the nearest node_modules of the folder, else of those
 * around Holdfast itself.
 * @param {string} folder
 * @param {{ root: string, version: string }} options where Holdfast lies, and the version of Node to name when there is none
 * @returns {string} path of the program
 * @throws {SetUpFailure} when neither has one
 */
export function nodeFor(folder, { root, version }) {
  const found = [...foldersFrom(folder), ...foldersFrom(root)]
    .map((above) => join(above, 'node_modules/node/bin/node'))
    .find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new SetUpFailure(
    `Node ${version} is not below node_modules here; add "allowScripts": { "node": true } to the package.json of your project, run "npm install --save-dev --save-exact node@${version}" there, then start again`,
  );
}

/**
 * @param {string} folder
 * @returns {string[]} the folder and those above it
 */
function foldersFrom(folder) {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...foldersFrom(above)];
}
