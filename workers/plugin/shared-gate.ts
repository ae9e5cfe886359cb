import { JobError } from '../../domain/errors.ts';
import type { Logger } from '../../domain/log.ts';
import { type Gate, openGate } from '../../gate/index.ts';
import { checkDatabaseUrl, type CheckedOptions } from './plugin-options.ts';

const OF_DATABASE = "The gate's database";
const FIX = 'provisionDatabase({ adminUrl, passwords }) of holdfast/worker sets it up and answers the address to use.';

/** What a gate is opened for. */
interface Opened<Use> {
  readonly gate: Gate;
  readonly use: Use;
}

/** The gate of a process: open while at least one of its workers runs, with one lease for all of them. */
export class SharedGate<Use> {
  readonly #options: CheckedOptions;
  readonly #useOf: (gate: Gate) => Use;
  #users = 0;
  #opening: Promise<Opened<Use>> | undefined;

  /** `useOf` makes what the open gate is used by. */
  constructor(options: CheckedOptions, useOf: (gate: Gate) => Use) {
    this.#options = options;
    this.#useOf = useOf;
  }

  /** What uses the gate, once it is open; calls come only while a worker runs. */
  async use(): Promise<Use> {
    if (this.#opening === undefined) throw new TypeError('No worker runs.');
    const { use } = await this.#opening;
    return use;
  }

  /**
   * Proves that a gate can be opened, and leaves nothing open: a worker that is made and never runs could not close it.
   * @throws JobError `stack-failed` when the database does not answer or lacks the gate, `invalid-config` for a wrong login or a missing address
   */
  async check(logger: Logger): Promise<void> {
    checkDatabaseUrl(this.#options.databaseUrl);
    const { gate } = await this.#open(logger);
    await gate.close();
  }

  /**
   * Holds the gate open while a worker runs. The worker runs at once, as its owner expects after `run()`; its first calls wait for
   * the gate, and when that cannot be opened it is stopped.
   */
  async during(logger: Logger, worker: { run(): Promise<void>; stop(): void }): Promise<void> {
    this.#users += 1;
    const opening = (this.#opening ??= this.#open(logger));
    opening.catch(() => worker.stop());
    try {
      await worker.run();
      await opening;
    } finally {
      this.#users -= 1;
      if (this.#users === 0) await this.#close();
    }
  }

  async #close(): Promise<void> {
    const opening = this.#opening;
    this.#opening = undefined;
    const opened = await opening?.catch(() => undefined);
    await opened?.gate.close();
  }

  async #open(logger: Logger): Promise<Opened<Use>> {
    const { databaseUrl, label, systems } = this.#options;
    try {
      const gate = await openGate({ databaseUrl, label, systems, endpoints: {}, logger });
      return { gate, use: this.#useOf(gate) };
    } catch (error) {
      throw explained(error);
    }
  }
}

function explained(error: unknown): unknown {
  if (!(error instanceof JobError) || !error.message.startsWith(OF_DATABASE)) return error;
  const { code, message, cause } = error;
  const said = message.replace(/(; `npm start`.*)?\.?$/, '');
  if (code === 'unavailable')
    return new JobError('stack-failed', `${said}; start it, or correct \`databaseUrl\` of HoldfastPlugin.`, { cause });
  return code === 'stack-failed' || code === 'invalid-config'
    ? new JobError(code, `${said}; ${FIX}`, { cause })
    : error;
}
