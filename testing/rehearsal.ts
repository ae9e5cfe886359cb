import type { JobError } from '../domain/errors.ts';
import type { Tenant } from '../domain/ids.ts';
import type { Job } from '../jobs/job.ts';
import type { CallOfRun } from './calls.ts';
import { FakeReceiver } from './fake-receiver.ts';
import type { RehearseOptions } from './options.ts';
import { ScriptedModel } from './scripted-model.ts';

/** One rehearsal while it runs: who answers its calls, and what is known of them. */
export class Rehearsal {
  readonly tenant: Tenant;
  readonly receiver: FakeReceiver;
  readonly model: ScriptedModel;
  /** Rejects with the first thing that makes the rehearsal pointless. */
  readonly failed: Promise<never>;
  /** Whether a model or receiver has answered, by script, as one that is down does. */
  wasDown = false;
  readonly #calls = new Map<string, CallOfRun>();
  readonly #steps = new Set<string>();
  #fail: (error: JobError) => void;
  #beforeStep: (step: string) => Promise<void> = async () => {};

  constructor(job: Job, options: Pick<RehearseOptions<Job>, 'script' | 'receivers'>, tenant: Tenant) {
    const { promise, reject } = Promise.withResolvers<never>();
    // Whoever waits for it may come later.
    promise.catch(() => {});
    this.tenant = tenant;
    this.failed = promise;
    this.#fail = reject;
    this.receiver = new FakeReceiver(job, options.receivers ?? {});
    this.model = new ScriptedModel(job, options.script ?? {});
  }

  /** The step paths of the calls, in the order in which they were first made. */
  get steps(): readonly string[] {
    return [...this.#steps];
  }

  /** Called before each call is made, also when it is made again. */
  beforeStep(act: (step: string) => Promise<void>): void {
    this.#beforeStep = act;
  }

  /** Takes note of a call that is about to be made. */
  async announce(call: CallOfRun): Promise<void> {
    this.#calls.set(call.key, call);
    this.#steps.add(call.step);
    await this.#beforeStep(call.step);
  }

  /** The call of a key, when it is one of this rehearsal. */
  call(key: string): CallOfRun | undefined {
    return this.#calls.get(key);
  }

  /** Ends the rehearsal with an error; the first one counts. */
  fail(error: JobError): void {
    this.#fail(error);
  }
}
