import { sentenceOf } from '../domain/errors.ts';
import type { Stack, StartedProcess } from '../stack/index.ts';
import { announceBuild, type DeploymentServer } from '../workers/builds/announce-build.ts';
import type { Build } from '../workers/builds/build-of.ts';
import type { BuildShelf } from '../workers/builds/build-shelf.ts';
import { type OpenBuild, seeBuilds } from '../workers/builds/open-builds.ts';
import { missingBuild } from './missing-build.ts';
import {
  oldBuildName,
  oldBuildPrefix,
  oldBuildSpec,
  type WorkerPlan,
  workerSpecs,
  workflowWorkerNames,
} from './worker-specs.ts';

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
  /** Whether the last look found workers of the plan that do not serve this build. */
  #lost = false;
  /** Whether the last look found the process of this build though the workers of the plan serve it. */
  #spare = false;
  /** The build that this one takes the place of. */
  #before: OpenBuild | undefined;
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
    // Whoever deployed it may have stopped its process as spare meanwhile, and looks after nothing once it is no more current.
    if (this.#before !== undefined) await this.#serve(this.#before);
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
    const counted = current === undefined || open.some(({ build }) => build === current);
    const served = counted ? open : [...open, { build: current, runs: 0 }];
    this.#before = served.find(({ build }) => build === current && build !== this.#plan.version.build);
    await this.#serveOlder(served);
  }

  /**
   * Sees to it that this build is served, also after a deploy that was cut; serves the older builds that open runs are pinned to, stops
   * the workers of those that none needs any more, and removes bundles that were not needed for a week. Changes nothing while another
   * build is the current one: whoever deployed that looks after the rest.
   * @throws JobError `stack-failed` when Temporal does not answer
   */
  async tend(): Promise<void> {
    const { deployment, build: own } = this.#plan.version;
    const { open, current } = await seeBuilds(this.#parts.server, deployment);
    const [lostBefore, spareBefore] = [this.#lost, this.#spare];
    [this.#lost, this.#spare] = [false, false];
    if (current !== own) return;
    const { shelf, stack } = this.#parts;
    const processes = await stack.processes();
    const serving = this.#serving(processes);
    this.#lost = serving < this.#plan.processes;
    this.#spare = !this.#lost && processes.some(({ name }) => name === oldBuildName(this.#plan, own));
    if (serving === 0 && !this.#runs(processes, own)) await this.#start(this.#plan, 0);
    // What runs is left alone: another start of the same build may have begun it, from code that is younger.
    await this.#serveOlder(open.filter(({ build }) => !this.#runs(processes, build)));
    await this.#stopAllBut([
      ...open.map(({ build }) => build).filter((build) => build !== own),
      // A deploy starts it moments before it replaces the workers.
      ...(this.#spare && spareBefore ? [] : [own]),
    ]);
    // Nor must a deploy lose the workers that it has replaced and not announced yet.
    if (this.#lost && lostBefore) await this.#takeBack();
    // Also where a worker runs it: the next start may need the bundle again.
    await Promise.all([own, ...open.map(({ build }) => build)].map((build) => shelf.used(build)));
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
    const { shelf } = this.#parts;
    const kept = await shelf.find(build);
    if (kept === undefined) {
      if (runs > 0) this.#tellOnce(missingBuild({ build, runs, folder: shelf.folder }));
      return;
    }
    await shelf.used(build);
    const version = { deployment: this.#plan.version.deployment, build };
    await this.#start({ ...this.#plan, bundle: kept.bundle, version }, runs);
  }

  async #start(plan: WorkerPlan & { readonly version: Build }, runs: number): Promise<void> {
    const { stack, tell } = this.#parts;
    try {
      await stack.start(oldBuildSpec(plan, stack.addresses));
    } catch (error) {
      const waiting = runs > 0 ? `, so ${runs} open runs wait` : '';
      tell(`the worker of build ${plan.version.build} does not start${waiting}: ${sentenceOf(error)}`);
    }
  }

  /** How many workers of the plan run this build. */
  #serving(processes: readonly StartedProcess[]): number {
    const names = workflowWorkerNames(this.#plan);
    const { build } = this.#plan.version;
    return processes.filter(
      ({ name, status, ready }) => names.includes(name) && status === 'running' && ready['build'] === build,
    ).length;
  }

  #runs(processes: readonly StartedProcess[], build: string): boolean {
    const found = processes.find(({ name }) => name === oldBuildName(this.#plan, build));
    return found !== undefined && found.status !== 'failed' && found.status !== 'ended';
  }

  async #takeBack(): Promise<void> {
    const { stack } = this.#parts;
    const { build } = this.#plan.version;
    this.#tellOnce(
      `the workers of the current build ${build} were replaced by a deploy that did not end; they are started again`,
    );
    try {
      await Promise.all(workerSpecs(this.#plan, stack.addresses).map((spec) => stack.start(spec)));
    } catch (error) {
      this.#tellOnce(`the workers of build ${build} do not start: ${sentenceOf(error)}`);
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
