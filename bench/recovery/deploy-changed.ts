import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readWorkerSettings, WORKER_SETTINGS } from 'holdfast/worker';
import type { Engine } from '../../main/engine.ts';

/** How `deployChanged` deploys, as reports say it. */
export const DEPLOYED = 'rolling; the bundle differs in a comment, and no version is announced';

/**
 * Deploys a changed bundle: each worker is asked to drain, and one on the new bundle takes its place, one after the other.
 * The change is one that old runs replay on; side by side with old code is for Worker Deployment Versioning, whose place is here.
 */
export async function deployChanged({ stack, workers }: Engine): Promise<void> {
  for (const spec of workers) {
    const settings = readWorkerSettings({ ...spec.env });
    if (settings.role === 'calls') await stack.start({ ...spec, env: { ...spec.env, HOLDFAST_DEPLOYED: 'again' } });
    else {
      const changed = { ...settings, bundle: await changedBundle(settings.bundle) };
      await stack.start({ ...spec, env: { ...spec.env, [WORKER_SETTINGS]: JSON.stringify(changed) } });
    }
  }
}

async function changedBundle(path: string): Promise<string> {
  const code = `${await readFile(path, 'utf8')}\n// Deployed by bench recovery.\n`;
  const name = createHash('sha256').update(code).digest('base64url').slice(0, 22);
  const changed = join(dirname(path), `${name}.js`);
  await writeFile(changed, code);
  return changed;
}
