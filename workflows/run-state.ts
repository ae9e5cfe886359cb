import { CancellationScope, condition, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { RunId, StepPath } from '../domain/ids.ts';
import { runIdOfWorkflow } from '../domain/part-id.ts';
import type { NotedStatus, WaitingFor } from '../domain/run-view.ts';
import type { RunSite } from '../domain/skeleton.ts';
import { failRun } from './fail-run.ts';
import { FirstRun } from './first-run.ts';
import { type Holder, Holds } from './holds.ts';
import { Inbox } from './inbox.ts';
import { type AnswerInput, type PartNote, SEARCH_ATTRIBUTES } from './messages.ts';
import { type PartPlace, PartVoice } from './part-voice.ts';
import { Parts } from './parts.ts';
import { Questions } from './questions.ts';
import { scheduleCall } from './schedule-call.ts';
import { UnderWay } from './under-way.ts';

/**
 * The most events of one run: about 333 steps one after the other. Measured on 2 cores, a replay takes 0.14 to 0.17 ms of processor
 * time for each event. All Workflow Task slots of a process must be able to replay at once within a Workflow Task's timeout, and
 * half of it is aimed at: else runs that are taken over from a dead worker time out for ever.
 */
export const MAX_EVENTS = 2_000;
const NOTE_TIMEOUT_MS = 30_000;
// Half of it is kept for steps: what only reminds people must not end the run that they are to decide about.
const ROOM_EVENTS = MAX_EVENTS / 2;
// Of several waits people see first what only they can end, and last what ends by itself.
const SHOWN_FIRST: readonly WaitingFor['kind'][] = ['answer', 'signal'];

// From here on a run's agents go on in parts, and a part continues as new.
const HAND_OVER_EVENTS = Math.min(1_000, Math.floor((MAX_EVENTS * 2) / 3));

/** Everything a run, or a part of one, knows of itself; one per Workflow, never shared. */
export class RunState {
  readonly start: RunSite;
  /** Of a fork that is to know of it. */
  readonly firstRun: FirstRun | undefined;
  readonly inbox = new Inbox();
  readonly questions = new Questions();
  readonly underWay = new UnderWay();
  /** Whether it is a part, which tells its run what people see. */
  readonly isPart: boolean;
  turns = 0;
  lastOutcome = '';
  step = '';
  readonly #holds = new Holds();
  #waits: WaitingFor[] = [];
  #names = new Map<string, number>();
  /** Made when the first one is opened: most runs have none. */
  #parts: Parts | undefined;
  readonly #voice: PartVoice | undefined;
  readonly #tell: PartPlace['tell'] | undefined;
  #shown: { readonly status: NotedStatus; readonly waitingFor: WaitingFor | undefined } = {
    status: 'running',
    waitingFor: undefined,
  };
  #notes: Promise<void> = Promise.resolve();
  #noteCount = 0;
  #ending = false;
  constructor(start: RunSite, place?: PartPlace) {
    this.start = start;
    this.isPart = place !== undefined;
    if (start.fork !== undefined) this.firstRun = new FirstRun(start.fork);
    if (place === undefined) return;
    this.#voice = new PartVoice(place);
    this.#tell = place.tell;
    this.turns = place.turns;
    if (place.paused) this.#holds.set('parent', true);
    this.#names = new Map(place.names);
  }

  /** The run's own id, also in a part of it. */
  get runId(): RunId {
    return runIdOfWorkflow(workflowInfo().workflowId);
  }

  /** Whether it is held before its next step. */
  get paused(): boolean {
    return this.#holds.any;
  }

  /** What runs beside this history, under the run's own id or an id of its own. */
  get parts(): Parts {
    return (this.#parts ??= new Parts());
  }

  /** Whether parts of it are at steps of their own. */
  get goesOnInParts(): boolean {
    return this.#parts?.goesOn === true;
  }

  /** Whether the history is so long that what can go on elsewhere should. */
  get isLong(): boolean {
    return workflowInfo().historyLength >= HAND_OVER_EVENTS;
  }

  /** Whether what is down is better waited for by the next execution of a part; never while a person is asked. */
  get shouldHandOver(): boolean {
    return this.isPart && this.isLong && this.questions.open.length === 0;
  }

  /** How often a step name was used so far. */
  uses(name: string): number {
    return this.#names.get(name) ?? 0;
  }

  /** Where the run stands, as people see it. */
  get status(): NotedStatus {
    if (this.paused) return 'paused';
    return this.#shownWait() === undefined ? 'running' : 'waiting';
  }

  /** Whether the history has room for what the run could do without. */
  get hasRoom(): boolean {
    return workflowInfo().historyLength < ROOM_EVENTS;
  }

  /** Whether the run is about to end: nothing begins any more, and nobody is asked. */
  get ending(): boolean {
    return this.#ending;
  }

  /** Lets nothing begin any more, and tells whether something is still under way; `undefined` when nothing can be. */
  end(): (() => boolean) | undefined {
    this.#ending = true;
    this.#parts?.end();
    return this.underWay.watched();
  }

  /** What people see first of all that it waits for. */
  get waitingFor(): WaitingFor | undefined {
    return this.#shownWait();
  }

  /** Sets or lifts the pause of people, or that of the run that started this one; either holds it. */
  setPaused(by: Holder, paused: boolean): void {
    this.#holds.set(by, paused);
    this.#parts?.steer(this.paused);
    this.#note();
  }

  /** Waits for a time, in milliseconds, or until somebody resumes the run: what was down may be up again. */
  async nap(ms: number): Promise<void> {
    const seen = this.#holds.lifts;
    await condition(() => this.#holds.lifts !== seen, ms);
  }

  /** Why an answer cannot be taken, in one sentence; `undefined` when it can. */
  refusalOf(given: AnswerInput): string | undefined {
    return this.questions.refusalOf(given, this.#parts?.questions ?? []);
  }

  /** Takes an answer, or hands it on to the part that asks; the second delivery of one changes nothing. */
  answer(given: AnswerInput): void {
    this.questions.answer(given, () => this.#parts?.answer(given));
  }

  /** Takes what a part told. */
  noted(note: PartNote): void {
    this.turns += this.parts.noted(note);
    this.step = note.step;
    this.lastOutcome = note.lastOutcome;
    this.#note();
  }

  /** Forgets a part, or a run that was started, which has ended; what it waited for is over. */
  closed(path: string): void {
    this.#parts?.close(path);
    this.#note();
  }

  /** The next step path of a name: a repetition gets `#2`, `#3` in call order. */
  path(name: string): StepPath {
    const count = (this.#names.get(name) ?? 0) + 1;
    this.#names.set(name, count);
    return (count === 1 ? name : `${name}#${count}`) as StepPath;
  }

  /**
   * Marks a step as current, once the run is not paused; `undefined` when that is so already, since a promise of a Workflow
   * costs a stack trace. Fails the run when its history grew too long.
   */
  enter(step: string): Promise<void> | undefined {
    if (!this.paused) return this.#begin(step);
    return condition(() => !this.paused).then(() => this.#begin(step));
  }

  #begin(step: string): undefined {
    this.#goOn();
    if (workflowInfo().historyLength > MAX_EVENTS) {
      failRun(
        'too-many-steps',
        `The run has more than ${MAX_EVENTS} events before "${step}"; do the same to many things with \`mapStep\`, or split its work into several runs.`,
      );
    }
    this.step = step;
  }

  // Code beside what ended the run may go on; its steps do not.
  #goOn(): void {
    if (this.#ending) failRun('cancelled', 'The run is ending.');
  }

  /** Shows the run as waiting while `until` is pending, which may remind people of it; `over` comes before its end is shown. */
  async wait<Value>(
    waitingFor: WaitingFor,
    until: (remind: (count: number) => Promise<void>) => Promise<Value>,
    over?: () => void,
  ): Promise<Value> {
    this.#goOn();
    let shown = waitingFor;
    this.#waits.push(shown);
    this.#note();
    const remind = async (reminders: number): Promise<void> => {
      const before = shown;
      shown = { ...waitingFor, reminders };
      this.#waits = this.#waits.map((wait) => (wait === before ? shown : wait));
      this.#note();
      await this.written();
    };
    try {
      return await until(remind);
    } finally {
      this.#waits = this.#waits.filter((wait) => wait !== shown);
      over?.();
      this.#note();
    }
  }

  /** Resolves when every status change so far is written. */
  written(): Promise<void> {
    return this.#notes;
  }

  /** How many outages this part has told its run of. */
  get outages(): number {
    return this.#voice?.outages ?? 0;
  }

  /** Tells the run of this part how far it has come. */
  tell(): Promise<void> {
    this.#tellRun(true);
    return this.#notes;
  }

  #shownWait(): WaitingFor | undefined {
    if (this.#parts === undefined && this.#waits.length === 0) return undefined;
    const waits = [...this.#waits, ...(this.#parts?.waits ?? [])];
    const [first] = SHOWN_FIRST.flatMap((kind) => waits.find((wait) => wait.kind === kind) ?? []);
    return first ?? waits[0];
  }

  // A run that neither pauses nor waits pays nothing: no Activity, no event.
  #note(): void {
    if (this.#voice !== undefined) return this.#tellRun(false);
    const { status, waitingFor } = this;
    if (status === this.#shown.status && waitingFor === this.#shown.waitingFor) return;
    this.#shown = { status, waitingFor };
    upsertSearchAttributes({
      [SEARCH_ATTRIBUTES.status]: [status],
      [SEARCH_ATTRIBUTES.waitingFor]: waitingFor === undefined ? [] : [waitingFor.name],
    });
    const stepPath = `note/${(this.#noteCount += 1)}` as StepPath;
    const input = { tenant: this.start.tenant, status, ...(waitingFor === undefined ? {} : { waitingFor }) };
    const note = (): Promise<void> => this.call(stepPath, status, { timeoutMs: NOTE_TIMEOUT_MS }).noteStatus(input);
    this.#write(note);
  }

  // People speak to the run alone, so that a part shows them nothing by itself.
  #tellRun(always: boolean): void {
    const { step, turns, lastOutcome, waitingFor } = this;
    const questions = [...this.questions.open, ...(this.#parts?.questions ?? [])];
    const note = this.#voice?.note({ step, turns, lastOutcome, waitingFor, questions }, always);
    const tell = this.#tell;
    if (note !== undefined && tell !== undefined) this.#write(() => tell(note));
  }

  // The projection tells of the run and never ends it: what cannot be noted is made good by the next note or the end.
  #write(note: () => Promise<void>): void {
    this.#notes = this.#notes.then(() => CancellationScope.nonCancellable(note)).catch(() => undefined);
  }

  /** The Activities for one call of this run. */
  call(
    stepPath: StepPath,
    summary: string,
    timing: { timeoutMs: number; withinMs?: number },
  ): ReturnType<typeof scheduleCall> {
    const { calls } = this.start;
    const { timeoutMs, withinMs } = timing;
    return scheduleCall({
      stepPath,
      summary,
      timeoutMs,
      begun: (call) => this.underWay.begun(call),
      ...(withinMs === undefined ? {} : { withinMs }),
      ...(calls === undefined ? {} : { calls }),
    });
  }
}
