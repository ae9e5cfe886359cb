import { JobError } from '../domain/errors.ts';
import type { KillPlace } from './calls.ts';
import { startWorkerProcess, type WorkerPlan, type WorkerProcess } from './worker-process.ts';

/** The worker of one Task Queue: one process at a time, and after a kill that was asked for the next one. */
export class Crew {
  /** Kills so far, in order. */
  readonly kills: KillPlace[] = [];
  readonly #plan: WorkerPlan;
  readonly #onLost = new Set<(error: JobError) => void>();
  #left: readonly KillPlace[];
  #starting: Promise<WorkerProcess> | undefined;
  #stopped = false;
  #lost = false;

  constructor(plan: WorkerPlan) {
    this.#plan = plan;
    this.#left = plan.killAt;
  }

  get taskQueue(): string {
    return this.#plan.settings.taskQueue;
  }

  /** Whether its worker was gone without a kill that was asked for: what is left on its Task Queue may end the next one, too. */
  get lost(): boolean {
    return this.#lost;
  }

  /** The kills that are still to come. */
  get left(): readonly KillPlace[] {
    return this.#left;
  }

  /**
   * Makes sure that a worker polls.
   * @throws JobError `stack-failed` when it does not start
   */
  async up(): Promise<void> {
    this.#starting ??= this.#start();
    await this.#starting;
  }

  /** Told when the worker is gone and none follows; the answer of this function ends that. */
  onLost(listener: (error: JobError) => void): () => void {
    this.#onLost.add(listener);
    return () => void this.#onLost.delete(listener);
  }

  /** Drains the worker and waits until it is gone. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const worker = await this.#starting?.catch(() => undefined);
    await worker?.stop();
  }

  async #start(): Promise<WorkerProcess> {
    try {
      const worker = await startWorkerProcess({ ...this.#plan, killAt: this.#left });
      void worker.ended.then(({ killed, lastWords }) => this.#afterEnd(killed, lastWords));
      return worker;
    } catch (error) {
      this.#starting = undefined;
      throw error;
    }
  }

  #afterEnd(killed: KillPlace | undefined, lastWords: string): void {
    this.#starting = undefined;
    if (this.#stopped) return;
    if (killed === undefined) {
      const why = lastWords === '' ? '' : `: ${lastWords}`;
      return this.#lose(new JobError('stack-failed', `The worker of the rehearsal ended by itself${why}.`));
    }
    this.kills.push(killed);
    const index = this.#left.findIndex(({ step, point }) => step === killed.step && point === killed.point);
    this.#left = this.#left.toSpliced(index, 1);
    this.up().catch((error: JobError) => this.#lose(error));
  }

  #lose(error: JobError): void {
    this.#lost = true;
    for (const tell of this.#onLost) tell(error);
  }
}
