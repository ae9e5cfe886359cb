import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

/**
 * What is read of the package.json of the project that has Holdfast installed.
 * @typedef {{ dependencies?: Record<string, string>, devDependencies?: Record<string, string> }} Manifest
 */

/**
 * How a new project names the Holdfast that made it in its dependencies: as the project that has it installed does, such
 * as by the path of a tarball; a checkout by its path; else by the version.
 * @param {string} root where Holdfast lies
 * @param {string} folder of the new project; paths are relative to it
 * @param {string} version
 * @returns {string}
 */
export function specificationFrom(root, folder, version) {
  if (!root.includes(`${sep}node_modules${sep}`)) return pathTo(root, folder);
  const installing = dirname(dirname(root));
  const named = namedIn(installing);
  if (named === undefined) return `^${version}`;
  return named.startsWith('file:') ? pathTo(resolve(installing, named.slice('file:'.length)), folder) : named;
}

/** @param {string} installing the folder that holds node_modules */
function namedIn(installing) {
  try {
    const manifest = /** @type {Manifest} */ (JSON.parse(readFileSync(join(installing, 'package.json'), 'utf8')));
    return manifest.dependencies?.['holdfast'] ?? manifest.devDependencies?.['holdfast'];
  } catch {
    return undefined;
  }
}

/**
 * @param {string} path
 * @param {string} folder
 */
function pathTo(path, folder) {
  return `file:${relative(folder, path)}`;
}
