import { fileURLToPath } from 'node:url';
import { SimplePlugin } from '@temporalio/plugin';
import {
  type BundleOptions,
  type BundlerPlugin,
  type ReplayWorkerOptions,
  Runtime,
  type Worker,
  type WorkerOptions,
  type WorkerPlugin,
} from '@temporalio/worker';
import { createGovernedCall } from '../../activities/index.ts';
import { JobError } from '../../domain/errors.ts';
import { GOVERNED_CALL } from '../../domain/plain-execution.ts';
import type { Job } from '../../jobs/job.ts';
import { workflowResolution } from '../workflow-resolution.ts';
import { plainJob } from './plain-job.ts';
import { checkedOptions, type HoldfastPluginOptions } from './plugin-options.ts';
import { SharedGate } from './shared-gate.ts';

const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const INTERCEPTORS = fileURLToPath(new URL(`../../workflows/plain/interceptors.${ending}`, import.meta.url));
// Without one every deploy cuts the calls in flight.
const GRACE = '5s';

type GovernedCall = ReturnType<typeof createGovernedCall>;

/**
 * Governed calls for a Temporal Worker that was there before: workflows call its tools by `governed` of holdfast/workflow. The
 * gate is open while the worker runs. For a bundle that is built beforehand it stands in the bundler's `plugins` too.
 * @throws JobError when made: `invalid-config`, `invalid-job`; from `Worker.create`: also `stack-failed`
 */
export class HoldfastPlugin implements WorkerPlugin, BundlerPlugin {
  readonly name = 'holdfast';
  readonly #gate: SharedGate<GovernedCall>;
  readonly #base: SimplePlugin;

  constructor(options: HoldfastPluginOptions) {
    const checked = checkedOptions(options);
    const jobOf = (workflowType: string): Job => plainJob(checked, workflowType);
    this.#gate = new SharedGate(checked, (gate) => createGovernedCall({ ...checked, gate, jobOf }));
    const call: GovernedCall = async (input) => (await this.#gate.use())(input);
    this.#base = new SimplePlugin({
      name: this.name,
      workerInterceptors: { workflowModules: [INTERCEPTORS] },
      activities: (own) => withCall(own, call),
    });
  }

  /** Adds the Activity and the interceptors, once the database has shown that it holds the gate. */
  async configureWorker(options: WorkerOptions): Promise<WorkerOptions> {
    const configured = this.#base.configureWorker(options);
    await this.#gate.check(Runtime.instance().logger);
    return { ...configured, shutdownGraceTime: configured.shutdownGraceTime ?? GRACE };
  }

  /** A replay needs the interceptors and no gate. */
  configureReplayWorker(options: ReplayWorkerOptions): ReplayWorkerOptions {
    return this.#base.configureReplayWorker(options);
  }

  /** Holds the gate open while the worker runs, and gives its lease back after it has drained. */
  runWorker(worker: Worker, next: (worker: Worker) => Promise<void>): Promise<void> {
    return this.#gate.during(Runtime.instance().logger, {
      run: () => next(worker),
      stop: () => {
        if (worker.getState() === 'RUNNING') worker.shutdown();
      },
    });
  }

  /** Makes the bundler find what `governed` needs. */
  configureBundler(options: BundleOptions): BundleOptions {
    const configured = this.#base.configureBundler(options);
    const { webpackConfigHook = (config) => config } = configured;
    return {
      ...configured,
      webpackConfigHook: (given) => {
        const config = webpackConfigHook(given);
        return { ...config, resolve: { ...config.resolve, ...workflowResolution() } };
      },
    };
  }
}

function withCall(own: object | undefined, call: GovernedCall): object {
  const there = Object.entries(own ?? {}).find(([name]) => name === GOVERNED_CALL);
  if (there !== undefined && there[1] !== call)
    throw new JobError(
      'invalid-config',
      `An Activity is named "${GOVERNED_CALL}" already; a worker takes one HoldfastPlugin.`,
    );
  return { ...own, [GOVERNED_CALL]: call };
}
