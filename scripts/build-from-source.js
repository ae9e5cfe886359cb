import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { variable } from './environment.js';
import { runCommand } from './run-command.js';
import { sayWhile } from './say.js';
import { SetUpFailure } from './set-up-failure.js';

const WITHOUT_GO = 'or set TEMPORAL_ADDRESS to a Temporal server of yours';

/**
 * Builds the Temporal server and its sql tool with Go into the folder.
 * @param {string} folder
 * @param {{ version: string, tell: (line: string) => void, environment: NodeJS.ProcessEnv }} options
 * @throws {SetUpFailure} without Go, or when its modules cannot be fetched
 */
export async function buildFromSource(folder, { version, tell, environment }) {
  const built = mkdtempSync(join(folder, 'go-'));
  // Go refuses to work without a home, which containers often lack.
  const env = { ...environment, HOME: variable('HOME', environment) ?? homedir(), GOBIN: built };
  const done = sayWhile(`building the Temporal server ${version} from source (4-5 minutes on 2 cores, once)`, tell);
  try {
    await goInstall(`go.temporal.io/server/cmd/server@v${version}`, built, env);
    await goInstall(`go.temporal.io/server/cmd/tools/sql@v${version}`, built, env);
    renameSync(join(built, 'server'), join(folder, 'temporal-server'));
    renameSync(join(built, 'sql'), join(folder, 'temporal-sql-tool'));
  } finally {
    done();
    rmSync(built, { recursive: true, force: true });
  }
}

/**
 * @param {string} module
 * @param {string} cwd outside of any Go module, whose settings would apply otherwise
 * @param {NodeJS.ProcessEnv} env
 */
async function goInstall(module, cwd, env) {
  const { code, output, missing } = await runCommand('go', ['install', module], { cwd, env });
  if (code === 0) return;
  if (missing)
    throw new SetUpFailure(
      `the Temporal server can neither be fetched nor built: install Go (https://go.dev/dl), allow access to github.com, ${WITHOUT_GO}`,
    );
  const reason = output.trim().split('\n').at(-1) ?? `exit code ${code}`;
  throw new SetUpFailure(`Go could not build ${module} (${reason}): check the network, ${WITHOUT_GO}`);
}
