import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { isRunning, processStartTime, type ProcessIdentity } from '../../scripts/process-identity.js';
import { assertNever } from '../../domain/assert-never.ts';
import { JobError } from '../../domain/errors.ts';
import type { StartedProcess } from '../process-spec.ts';
import type { KeptSpec } from './kept-spec.ts';
import { openLog, readLog } from './log-file.ts';
import { ReadyLine } from './ready-line.ts';
import { stopProcess, sweepGroup } from './stop-process.ts';

const STARTING_CHECK_MS = 25;
const RUNNING_CHECK_MS = 250;
const READY_TIMEOUT_MS = 60_000;
/** A process that lives this long after it was ready has not failed; what ends it then is an accident. */
const SETTLED_MS = 1_000;
const MOST_FAILURES = 100;
const LONGEST_BACK_OFF_MS = 1_000;

/** What the state file holds of a process: enough for another supervisor to take it over. */
export interface KeptRecord {
  readonly spec: KeptSpec;
  readonly identity: ProcessIdentity;
  readonly startedAt: string;
  readonly ready: Readonly<Record<string, unknown>>;
  /** Whether it has ever been ready. */
  readonly wasUp: boolean;
  readonly restarts: number;
  readonly logOffset: number;
}

/** Where a kept process writes its log, and who is told when its record has changed. */
export interface KeptContext {
  readonly log: string;
  readonly changed: () => void;
}

/** One process that is started, watched, started again when it dies, and stopped. */
export class KeptProcess {
  readonly spec: KeptSpec;
  readonly #context: KeptContext;
  #status: StartedProcess['status'] = 'starting';
  #identity: ProcessIdentity = { pid: 0, startTime: 'never started' };
  #startedAt = '';
  #readyLine: ReadyLine;
  #logOffset = 0;
  #restarts = 0;
  #failures = 0;
  #wasUp = false;
  #upSince = 0;
  #stopping = false;
  #exit = 'was killed';
  /** Whether a child of ours has yet to tell how it ended; one that was adopted tells nobody. */
  #tellsItsEnd = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(spec: KeptSpec, context: KeptContext) {
    this.spec = spec;
    this.#context = context;
    this.#readyLine = new ReadyLine(context.log, 0);
  }

  /** Takes over a process that an earlier supervisor started; one that died in between is started again if it may be. */
  static adopt(record: KeptRecord, context: KeptContext): KeptProcess {
    const kept = new KeptProcess(record.spec, context);
    kept.#identity = record.identity;
    kept.#startedAt = record.startedAt;
    kept.#restarts = record.restarts;
    kept.#logOffset = record.logOffset;
    kept.#readyLine = new ReadyLine(context.log, record.logOffset, record.ready);
    kept.#wasUp = record.wasUp;
    if (kept.#isUp()) kept.#enterRunning();
    kept.#check();
    return kept;
  }

  /** Starts the process; its death is handled from here on. */
  start(): void {
    const { command, args, env, cwd, user } = this.spec;
    const { descriptor, size } = openLog(this.#context.log);
    // A session of its own: a Ctrl-C at the parent's terminal is not for it, and its group can be ended as a whole.
    const child = spawn(command, args, {
      ...user,
      env,
      cwd,
      detached: true,
      stdio: ['ignore', descriptor, descriptor],
    });
    closeSync(descriptor);
    this.#tellsItsEnd = true;
    child.once('error', (error) => {
      this.#tellsItsEnd = false;
      this.#exit = `could not be started (${error.message})`;
    });
    child.once('exit', (code, signal) => {
      this.#tellsItsEnd = false;
      this.#exit = signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
      // Ended from outside, it has shown no failing of its own.
      this.#wasUp ||= signal !== null;
      this.#check();
    });
    child.unref();
    const pid = child.pid ?? 0;
    this.#identity = { pid, startTime: processStartTime(pid) ?? 'never started' };
    this.#startedAt = new Date().toISOString();
    this.#logOffset = size;
    this.#readyLine = new ReadyLine(this.#context.log, size);
    this.#status = 'starting';
    if (this.#isUp()) this.#enterRunning();
    this.#context.changed();
    this.#watch();
  }

  /** Notes that the process works, which it cannot tell by itself. */
  confirm(): void {
    this.#wasUp = true;
    if (this.#status === 'starting') this.#enterRunning();
    this.#context.changed();
  }

  /**
   * Waits until the process is ready; one that is ready by confirmation is not waited for.
   * @throws {JobError} `stack-failed` when it ends or is stopped before, or is not ready within 60 s
   */
  async whenReady(): Promise<StartedProcess> {
    if (this.spec.readyBy === 'confirmation') return this.view();
    const deadline = performance.now() + READY_TIMEOUT_MS;
    while (this.#status === 'starting' || this.#status === 'restarting') {
      if (performance.now() > deadline) throw this.#failure('was not ready within 60 s');
      await new Promise((resolve) => setTimeout(resolve, STARTING_CHECK_MS));
    }
    if (this.#status === 'running') return this.view();
    throw this.#failure(`${this.#exit} before it was ready`);
  }

  /** Ends the process for good. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#timer);
    await stopProcess(this.#identity, this.spec.stop);
    this.#status = 'ended';
    this.#context.changed();
  }

  /** Ends the process at once. */
  async kill(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#timer);
    await stopProcess(this.#identity, []);
  }

  /** What parents are told about it. */
  view(): StartedProcess {
    const { name, stage } = this.spec;
    return {
      name,
      stage,
      pid: this.#identity.pid,
      status: this.#status,
      startedAt: this.#startedAt,
      ready: this.#status === 'running' ? this.#readyLine.content : {},
      restarts: this.#restarts,
    };
  }

  /** What another supervisor needs to take it over; `undefined` when there is nothing to take over. */
  record(): KeptRecord | undefined {
    if (this.#status === 'ended' || this.#status === 'failed') return undefined;
    return {
      spec: this.spec,
      identity: this.#identity,
      startedAt: this.#startedAt,
      ready: this.#readyLine.content,
      wasUp: this.#wasUp,
      restarts: this.#restarts,
      logOffset: this.#logOffset,
    };
  }

  #watch(): void {
    clearTimeout(this.#timer);
    if (this.#stopping) return;
    this.#timer = setTimeout(() => this.#check(), this.#status === 'starting' ? STARTING_CHECK_MS : RUNNING_CHECK_MS);
  }

  #check(): void {
    if (this.#stopping || this.#status === 'restarting' || this.#status === 'failed' || this.#status === 'ended')
      return;
    if (this.#status === 'starting' && this.spec.readyBy === 'json' && this.#readyLine.look()) {
      this.#enterRunning();
      this.#context.changed();
    }
    // The system shows a death before Node tells it, and only the telling has the exit code.
    if (this.#tellsItsEnd || isRunning(this.#identity)) this.#watch();
    else this.#afterDeath();
  }

  #isUp(): boolean {
    switch (this.spec.readyBy) {
      case 'start':
        return true;
      case 'json':
        return this.#readyLine.found;
      case 'confirmation':
        // What worked once is taken to work when it is started again.
        return this.#wasUp;
      default:
        return assertNever(this.spec.readyBy);
    }
  }

  #enterRunning(): void {
    this.#wasUp = true;
    this.#status = 'running';
    this.#upSince = performance.now();
  }

  #afterDeath(): void {
    clearTimeout(this.#timer);
    sweepGroup(this.#identity);
    const settled = this.#status === 'running' && performance.now() - this.#upSince >= SETTLED_MS;
    this.#failures = settled ? 0 : this.#failures + 1;
    if (!this.spec.restart) this.#status = 'ended';
    // A process that never came up is the starter's to judge; it will not come up by trying again.
    else if (!this.#wasUp || this.#failures > MOST_FAILURES) this.#status = 'failed';
    else this.#startLater();
    this.#context.changed();
  }

  #startLater(): void {
    this.#status = 'restarting';
    const backOffMs = Math.min(LONGEST_BACK_OFF_MS, 50 * 2 ** this.#failures);
    this.#timer = setTimeout(() => {
      this.#restarts += 1;
      this.start();
    }, backOffMs);
  }

  #failure(what: string): JobError {
    const lastLine = readLog(this.#context.log, this.#logOffset).trim().split('\n').at(-1)?.slice(0, 300);
    const said = lastLine === undefined || lastLine === '' ? '' : `, its last words: ${lastLine}`;
    return new JobError('stack-failed', `${this.spec.name} ${what}${said}; its log is ${this.#context.log}`);
  }
}
