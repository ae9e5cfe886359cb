import { sentenceOf } from '../domain/errors.ts';
import type { Stack } from '../stack/index.ts';
import { announceBuild, type DeploymentServer } from '../workers/builds/announce-build.ts';
import type { Build } from '../workers/builds/build-of.ts';
import type { BuildShelf } from '../workers/builds/build-shelf.ts';
import { type OpenBuild, seeBuilds } from '../workers/builds/open-builds.ts';
import { missingBuild } from './missing-build.ts';
import { oldBuildName, oldBuildPrefix, oldBuildSpec, type WorkerPlan } from './worker-specs.ts';

/** What {@link Builds} works with. */
export interface BuildsParts {
  readonly stack: Pick<Stack, 'addresses' | 'processes' | 'start' | 'stop'>;
  readonly server: DeploymentServer;
  readonly shelf: BuildShelf;
  readonly tell: (line: string) => void;
}

// A count may be a second old: what was missed at the start is seen soon after.
const FIRST_LOOK_MS = 5_000;
const LOOK_MS = 60_000;
/** How long a bundle is kept that no open run needs. */
const UNUSED_MS = 7 * 24 * 60 * 60 * 1_000;

/** The build of the jobs' code that an engine starts, and older ones beside it as long as open runs are pinned to them. */
export class Builds {
  readonly #parts: BuildsParts;
  readonly #plan: WorkerPlan & { readonly version: Build };
  readonly #told = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(parts: BuildsParts, plan: WorkerPlan & { readonly version: Build }) {
    this.#parts = parts;
    this.#plan = plan;
  }

  /**
   * Makes this build the current one, and from then on looks once a minute which older builds are needed. The workers of the plan
   * must have been started.
   * @throws JobError `stack-failed` when the server does not take it
   */
  async announce(): Promise<void> {
    await announceBuild(this.#parts.server, this.#plan.version);
    this.#lookAfter(FIRST_LOOK_MS);
  }

  /**
   * Starts a worker for each older build that open runs are pinned to. The build that was current until now gets one in any case: its
   * youngest runs may not be counted yet.
   * @throws JobError `stack-failed` when Temporal does not answer
   */
  async begin(): Promise<void> {
    const { open, current } = await seeBuilds(this.#parts.server, this.#plan.version.deployment);
    const counted = open.some(({ build }) => build === current);
    await this.#serveOlder(current === undefined || counted ? open : [...open, { build: current, runs: 0 }]);
  }

  /**
   * Serves the older builds that open runs are pinned to, stops the workers of those that none needs any more, and removes bundles that
   * were not needed for a week. Changes nothing once another process has deployed after this one: that one looks after the rest.
   * @throws JobError `stack-failed` when Temporal does not answer
   */
  async tend(): Promise<void> {
    const { open, current } = await seeBuilds(this.#parts.server, this.#plan.version.deployment);
    if (current !== this.#plan.version.build) return;
    const { shelf } = this.#parts;
    await this.#serveOlder(open);
    await this.#stopAllBut(open.map(({ build }) => build));
    await shelf.used(this.#plan.version.build);
    await shelf.sweep(UNUSED_MS);
  }

  /** Looks no more. The workers go on. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#looking;
  }

  async #serveOlder(open: readonly OpenBuild[]): Promise<void> {
    const older = open.filter(({ build }) => build !== this.#plan.version.build);
    await Promise.all(older.map((each) => this.#serve(each)));
  }

  async #serve({ build, runs }: OpenBuild): Promise<void> {
    const { shelf, stack, tell } = this.#parts;
    const kept = await shelf.find(build);
    if (kept === undefined) {
      if (runs > 0) this.#tellOnce(missingBuild({ build, runs, folder: shelf.folder }));
      return;
    }
    await shelf.used(build);
    const { deployment } = this.#plan.version;
    const spec = oldBuildSpec({ ...this.#plan, bundle: kept.bundle, version: { deployment, build } }, stack.addresses);
    try {
      await stack.start(spec);
    } catch (error) {
      tell(`the worker of build ${build} does not start, so ${runs} open runs wait: ${sentenceOf(error)}`);
    }
  }

  async #stopAllBut(needed: readonly string[]): Promise<void> {
    const { stack } = this.#parts;
    const names = new Set(needed.map((build) => oldBuildName(this.#plan, build)));
    const running = (await stack.processes()).filter(({ name }) => name.startsWith(oldBuildPrefix(this.#plan)));
    await Promise.all(running.filter(({ name }) => !names.has(name)).map(({ name }) => stack.stop(name)));
  }

  #lookAfter(ms: number): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#looking = this.#look().finally(() => this.#lookAfter(LOOK_MS));
    }, ms).unref();
  }

  async #look(): Promise<void> {
    try {
      await this.tend();
    } catch {
      // The server or the stack is away for now: the next look will see.
    }
  }

  #tellOnce(sentence: string): void {
    if (this.#told.has(sentence)) return;
    this.#told.add(sentence);
    this.#parts.tell(sentence);
  }
}
