import { type Engine, openEngine } from '../../main/engine.ts';
import { homeOf, ROOT } from '../measuring/bench-place.ts';
import type { RecoveryOptions } from './options.ts';

/** Where the stack of `bench recovery` keeps everything. */
export const HOME = homeOf('recovery');

/** How the deploy that comes meanwhile is made, as reports say it. */
export const DEPLOYED =
  'side by side: a version whose code no open run replays on; those stay with their build, what starts afterwards is on the new one';

/** The code of the job: as it is at first, and as it is deployed meanwhile. */
export const CODE = { first: 'bench/recovery', deployed: 'bench/recovery/deployed' } as const;

/** What one engine of the benchmark is opened with. */
export interface OpenRecoveryOptions extends Pick<RecoveryOptions, 'layout'> {
  readonly code: keyof typeof CODE;
  readonly taskQueue: string;
  readonly systems: (stack: Engine['stack']) => Promise<Engine['systems']>;
  readonly tell: (line: string) => void;
}

/** Opens an engine on the benchmark's stack; on a stack that runs, its build is deployed beside the one that is there. */
export function openRecovery({ code, layout, taskQueue, systems, tell }: OpenRecoveryOptions): Promise<Engine> {
  return openEngine({
    home: HOME,
    env: {},
    jobs: [CODE[code]],
    root: ROOT,
    layout,
    taskQueue,
    systems,
    endpoints: async () => [],
    onProgress: tell,
  });
}
