import { createHash } from 'node:crypto';

/** A build of workflow code, as Temporal knows it: the deployment that the workers of a Task Queue are, and its version. */
export interface Build {
  /** The name of the Worker Deployment. */
  readonly deployment: string;
  /** The first 16 hexadecimal digits of SHA-256 over the bundle's code. It stands in every Workflow Task of a history. */
  readonly build: string;
}

const BUILD_LENGTH = 16;
// The entry file has a name of its own each time, and its place is that of the home.
const ENTRY = /[^\s"']*entry-[0-9a-f-]{36}/g;
const SOURCE_MAP = '\n//# sourceMappingURL=';

/** The build id of a bundle: the same for the same code, whenever and wherever it was bundled. */
export function buildIdOf(code: string): string {
  const end = code.lastIndexOf(SOURCE_MAP);
  const executed = (end < 0 ? code : code.slice(0, end)).replaceAll(ENTRY, 'entry');
  return createHash('sha256').update(executed).digest('hex').slice(0, BUILD_LENGTH);
}

/** The Worker Deployment of a Task Queue. Temporal takes neither a colon nor a point in its name. */
export function deploymentOf(taskQueue: string): string {
  return taskQueue.replaceAll(/[:.]/g, '-');
}
