import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { say } from '../say.js';
import { SetUpFailure } from '../set-up-failure.js';
import { specificationFrom } from './specification.js';

const USAGE = `holdfast init NAME

Makes the folder NAME with a project of your own: a job with its agent, prompt, tool, verifier and workflow, a test, and a
README that tells how to go on.
`;
const BAD_INPUT = 2;
const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;
/** What of a file is filled in, and the ending of the files in which something is. */
const PLACEHOLDER = /\{\{([a-zA-Z]+)\}\}/g;
const FILLED = '.template';

const template = fileURLToPath(new URL('template/', import.meta.url));

/**
 * The parts of Holdfast's package.json that a project of a user's own repeats.
 * @typedef {{ version: string, dependencies: Record<string, string>, devDependencies: Record<string, string> }} Manifest
 */

/**
 * Makes a project, or says in one sentence why not. Needs nothing but Node.
 * @param {readonly string[]} args
 * @param {{ root: string, cwd: string }} options where Holdfast lies, and where the folder is made
 * @returns {number} exit code: 0, or 2 for a bad name or a folder that is taken
 * @throws {SetUpFailure} when the folder cannot be written
 */
export function initProject(args, { root, cwd }) {
  const [name = '', ...others] = args;
  if (name === '--help' || name === '-h') {
    process.stdout.write(USAGE);
    return 0;
  }
  const manifest = /** @type {Manifest} */ (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
  const folder = join(cwd, name);
  const refusal =
    others.length > 0 || name === '' ? 'the form is: holdfast init NAME' : refusalOf(name, folder, manifest);
  if (refusal !== undefined) {
    say(refusal);
    return BAD_INPUT;
  }
  const values = valuesFor(name, { manifest, holdfast: specificationFrom(root, folder, manifest.version) });
  try {
    write(folder, values);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SetUpFailure(`the folder ${name} cannot be written (${reason}); make it where you may write`, {
      cause: error,
    });
  }
  process.stdout.write(`${name}/ is there. Go on with:\n\n  cd ${name}\n  npm install\n  npm start\n  npm test\n`);
  return 0;
}

/**
 * @param {string} name
 * @param {string} folder
 * @param {Manifest} manifest
 * @returns {string | undefined}
 */
function refusalOf(name, folder, { dependencies, devDependencies }) {
  if (!NAME.test(name) || name === 'node_modules') {
    return `"${name}" cannot be the name of a project; use up to 64 lower-case letters, digits, "-", "_" and ".", a letter or digit first`;
  }
  // npm installs no package below a project of the same name.
  if (name === 'holdfast' || name in dependencies || name in devDependencies) {
    return `"${name}" is the name of a package that the project may need; choose another name`;
  }
  if (!existsSync(folder)) return undefined;
  try {
    return readdirSync(folder).length === 0
      ? undefined
      : `the folder ${name} exists and is not empty; choose another name`;
  } catch {
    return `${name} exists and is no folder that can be read; choose another name`;
  }
}

/**
 * @param {string} name
 * @param {{ manifest: Manifest, holdfast: string }} options
 * @returns {Record<string, string | undefined>}
 */
function valuesFor(name, { manifest: { dependencies, devDependencies }, holdfast }) {
  return {
    name,
    holdfast,
    zod: dependencies['zod'],
    node: devDependencies['node'],
    nodeTypes: devDependencies['@types/node'],
    typescript: devDependencies['typescript'],
  };
}

/**
 * Copies the template; what ends in `.template` loses that ending and gets its placeholders filled in.
 * @param {string} folder
 * @param {Record<string, string | undefined>} values
 */
function write(folder, values) {
  const names = readdirSync(template, { recursive: true, encoding: 'utf8' });
  for (const name of names.filter((each) => statSync(join(template, each)).isFile())) {
    const text = readFileSync(join(template, name), 'utf8');
    const filled = name.endsWith(FILLED);
    const path = join(folder, filled ? name.slice(0, -FILLED.length) : name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, filled ? text.replaceAll(PLACEHOLDER, (_, key) => values[key] ?? '') : text);
  }
}
