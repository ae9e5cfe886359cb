import { join } from 'node:path';
import { isRunning } from '../../scripts/process-identity.js';
import { JobError } from '../../domain/errors.ts';
import type { Home } from '../home.ts';
import { isRecord, readPrivateJson, writePrivateFile } from '../private-file.ts';
import type { Stage, StartedProcess } from '../process-spec.ts';
import { KeptProcess, type KeptContext, type KeptRecord } from './kept-process.ts';
import { sameSpec, type KeptSpec } from './kept-spec.ts';
import { boundLog } from './log-file.ts';
import { stopProcess } from './stop-process.ts';

const STOP_ORDER: readonly Stage[] = ['worker', 'service', 'server', 'database'];
/** What an earlier stack left behind has lost its parents already and gets no time to finish. */
const LEFT_BEHIND_GRACE_MS = 1_000;

/** How a supervisor begins: after one that parents have lost, or for a new parent. */
export type Beginning = 'replace' | 'fresh';

/** All processes of one stack, and the state file by which another supervisor can take them over. */
export class Keeper {
  readonly #home: Home;
  readonly #stateFile: string;
  readonly #kept = new Map<string, KeptProcess>();
  /** Replacing a process takes time; a second request for its name waits. */
  readonly #turns = new Map<string, Promise<unknown>>();
  #stopping = false;

  constructor(home: Home) {
    this.#home = home;
    this.#stateFile = join(home.folder, 'processes.json');
  }

  /**
   * Takes over what an earlier supervisor left. For a new parent only server and database go on: workers and services
   * may run code that has changed since, so they are ended.
   */
  async recover(beginning: Beginning): Promise<void> {
    const ended: Promise<void>[] = [];
    for (const record of readRecords(this.#stateFile)) {
      const { spec, identity } = record;
      const replaced = beginning === 'fresh' && (spec.stage === 'worker' || spec.stage === 'service');
      const adopted = !replaced && (beginning === 'replace' || isRunning(identity));
      if (adopted) this.#kept.set(spec.name, KeptProcess.adopt(record, this.#contextOf(spec.name)));
      else ended.push(stopProcess(identity, [{ signal: 'SIGTERM', graceMs: LEFT_BEHIND_GRACE_MS }]));
    }
    await Promise.all(ended);
    this.#save();
  }

  /**
   * For whatever begins something new.
   * @throws {JobError} `stack-failed` once the stack is being stopped
   */
  refuseWhenStopping(): void {
    if (this.#stopping) throw new JobError('stack-failed', 'the stack is being stopped; start again when it has ended');
  }

  /** Starts a process, answers with what runs when it is the same, and replaces what runs when it is not. */
  async start(spec: KeptSpec): Promise<StartedProcess> {
    const kept = await this.#inTurn(spec.name, () => this.#startOrKeep(spec));
    return kept.whenReady();
  }

  /** Notes that a process that is ready by confirmation works. */
  confirm(name: string): void {
    this.#kept.get(name)?.confirm();
  }

  /** Stops a process and forgets it; one that does not exist is stopped already. */
  async stop(name: string): Promise<void> {
    await this.#inTurn(name, async () => {
      await this.#kept.get(name)?.stop();
      this.#kept.delete(name);
      this.#save();
    });
  }

  /** What is kept, in the order it was first started. */
  views(): readonly StartedProcess[] {
    return [...this.#kept.values()].map((kept) => kept.view());
  }

  /** Stops everything: workers, services, the server, the database. */
  async stopAll(): Promise<void> {
    this.#stopping = true;
    for (const stage of STOP_ORDER) {
      const kept = [...this.#kept.values()].filter(({ spec }) => spec.stage === stage);
      await Promise.all(kept.map((one) => one.stop()));
    }
  }

  /** Ends everything at once. */
  async killAll(): Promise<void> {
    await Promise.all([...this.#kept.values()].map((kept) => kept.kill()));
  }

  /** Keeps every log within its bound. */
  boundLogs(): void {
    for (const name of this.#kept.keys()) boundLog(this.#contextOf(name).log);
  }

  async #startOrKeep(spec: KeptSpec): Promise<KeptProcess> {
    this.refuseWhenStopping();
    const before = this.#kept.get(spec.name);
    const status = before?.view().status;
    if (before !== undefined && sameSpec(before.spec, spec) && status !== 'failed' && status !== 'ended') return before;
    await before?.stop();
    this.refuseWhenStopping();
    const kept = new KeptProcess(spec, this.#contextOf(spec.name));
    this.#kept.set(spec.name, kept);
    kept.start();
    return kept;
  }

  async #inTurn<Result>(name: string, act: () => Promise<Result>): Promise<Result> {
    const before = this.#turns.get(name) ?? Promise.resolve();
    const mine = before.then(act);
    this.#turns.set(
      name,
      mine.catch(() => {}),
    );
    return mine;
  }

  #contextOf(name: string): KeptContext {
    return { log: join(this.#home.logs, `${name}.log`), changed: () => this.#save() };
  }

  #save(): void {
    const records = [...this.#kept.values()].map((kept) => kept.record()).filter((record) => record !== undefined);
    try {
      writePrivateFile(this.#stateFile, JSON.stringify({ records }, undefined, 2));
    } catch {
      // The home is gone: the supervisor notices by itself and stops.
    }
  }
}

/** Only supervisors write this file, so its records have the shape they were written with. */
function readRecords(path: string): readonly KeptRecord[] {
  const stored = readPrivateJson(path);
  return isRecord(stored) && Array.isArray(stored['records']) ? (stored['records'] as KeptRecord[]) : [];
}
