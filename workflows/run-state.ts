import { CancellationScope, condition, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { StepPath } from '../domain/ids.ts';
import { ANSWERS_TO, type QuestionKind } from '../domain/answer.ts';
import type { NotedStatus, RunView, WaitingFor } from '../domain/run-view.ts';
import type { StartInput } from '../domain/skeleton.ts';
import { failRun } from './fail-run.ts';
import { FirstRun } from './first-run.ts';
import { type AnswerInput, SEARCH_ATTRIBUTES, type SignalInput } from './messages.ts';
import { scheduleCall } from './schedule-call.ts';

/**
 * The most events of one run: about 333 steps one after the other. Measured on 2 cores, a replay takes 0.14 ms of processor
 * time for each event, and all Workflow Task slots of a process must be able to replay at once within half of a Workflow
 * Task's timeout: else runs that are taken over from a dead worker time out for ever.
 */
export const MAX_EVENTS = 2_000;
const NOTE_TIMEOUT_MS = 30_000;
// Half of it is kept for steps: what only reminds people must not end the run that they are to decide about.
const ROOM_EVENTS = MAX_EVENTS / 2;
// Of several waits people see first what only they can end, and last what ends by itself.
const SHOWN_FIRST: readonly WaitingFor['kind'][] = ['answer', 'signal'];

/** Everything a run knows of itself; one per Workflow, never shared. */
export class RunState {
  readonly start: StartInput;
  /** Of a fork that is to know of it. */
  readonly firstRun: FirstRun | undefined;
  turns = 0;
  lastOutcome = '';
  step = '';
  #paused = false;
  #nudges = 0;
  #waits: WaitingFor[] = [];
  #names = new Map<string, number>();
  #inbox = new Map<string, SignalInput[]>();
  #delivered = new Set<string>();
  #questions = new Map<string, { readonly kind: QuestionKind; answer: AnswerInput | undefined }>();
  #answered = new Set<string>();
  #shown: { readonly status: NotedStatus; readonly waitingFor: WaitingFor | undefined } = {
    status: 'running',
    waitingFor: undefined,
  };
  #notes: Promise<void> = Promise.resolve();
  #noteCount = 0;
  #ending = false;
  /** Every Activity that is not known to have ended. */
  readonly #calls = new Set<Promise<unknown>>();

  constructor(start: StartInput) {
    this.start = start;
    if (start.fork !== undefined) this.firstRun = new FirstRun(start.fork);
  }

  /** Where the run stands, as people see it. */
  get status(): NotedStatus {
    if (this.#paused) return 'paused';
    return this.#waits.length > 0 ? 'waiting' : 'running';
  }

  /** Whether the history has room for what the run could do without. */
  get hasRoom(): boolean {
    return workflowInfo().historyLength < ROOM_EVENTS;
  }

  /** Whether the run is about to end: nothing begins any more, and nobody is asked. */
  get ending(): boolean {
    return this.#ending;
  }

  /**
   * Lets nothing begin any more, and tells whether Activities are still under way; `undefined` when none can be, since what is made
   * of a promise costs a stack trace.
   */
  end(): (() => boolean) | undefined {
    this.#ending = true;
    let open = this.#calls.size;
    const ended = (): void => {
      open -= 1;
    };
    for (const call of this.#calls) call.then(ended, ended);
    return open === 0 ? undefined : () => open > 0;
  }

  /** Forgets an Activity that has ended, so that nothing need be made of its promise at the end of the run. */
  finished(call: Promise<unknown>): void {
    this.#calls.delete(call);
  }

  /** The answer to the run's own query. */
  view(): RunView {
    const waitingFor = this.#shownWait();
    return {
      runId: workflowInfo().workflowId,
      job: this.start.skeleton.job,
      status: this.status,
      step: this.step,
      turns: this.turns,
      lastOutcome: this.lastOutcome,
      ...(waitingFor === undefined ? {} : { waitingFor }),
    };
  }

  /** Sets or lifts the pause. */
  setPaused(paused: boolean): void {
    this.#paused = paused;
    if (!paused) this.#nudges += 1;
    this.#note();
  }

  /** Waits for a time, in milliseconds, or until somebody resumes the run: what was down may be up again. */
  async nap(ms: number): Promise<void> {
    const seen = this.#nudges;
    await condition(() => this.#nudges !== seen, ms);
  }

  /** Keeps an external event until a step takes it; a second delivery of one id changes nothing. */
  deliver(signal: SignalInput): void {
    if (this.#delivered.has(signal.id)) return;
    this.#delivered.add(signal.id);
    this.#inbox.set(signal.name, [...(this.#inbox.get(signal.name) ?? []), signal]);
  }

  /** Takes the oldest event of a name, if one is there. */
  take(name: string): SignalInput | undefined {
    return this.#inbox.get(name)?.shift();
  }

  /** Opens a question; what it gives tells the answer, once there is one. A fork has it at once where its first run had one. */
  ask(name: string, kind: QuestionKind): () => AnswerInput | undefined {
    const answer = kind === 'correction' ? this.firstRun?.answerTo(name) : undefined;
    const question: { kind: QuestionKind; answer: AnswerInput | undefined } = { kind, answer };
    if (answer !== undefined) this.#answered.add(answer.id);
    this.#questions.set(name, question);
    return () => question.answer;
  }

  /** Closes a question. */
  forget(name: string): void {
    this.#questions.delete(name);
  }

  /** Why an answer cannot be taken, in one sentence; `undefined` when it can. */
  refusalOf({ question: name, id, answer }: AnswerInput): string | undefined {
    if (this.#answered.has(id)) return undefined;
    const question = this.#questions.get(name);
    if (question === undefined) {
      const open = [...this.#questions.keys()].map((known) => `"${known}"`).join(', ') || 'none';
      return `The run asks nothing by the name "${name}"; open are: ${open}.`;
    }
    if (question.answer !== undefined) return `"${name}" was answered by ${question.answer.actor} already.`;
    const kinds = ANSWERS_TO[question.kind];
    return kinds.includes(answer.kind)
      ? undefined
      : `"${name}" takes the answers ${kinds.join(' and ')}, not ${answer.kind}.`;
  }

  /** Takes an answer; the second delivery of one changes nothing. */
  answer(given: AnswerInput): void {
    const question = this.#questions.get(given.question);
    // One that was taken before must not answer the next question of the same name.
    if (question === undefined || this.#answered.has(given.id)) return;
    question.answer ??= given;
    this.#answered.add(given.id);
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
    if (!this.#paused) return this.#begin(step);
    return condition(() => !this.#paused).then(() => this.#begin(step));
  }

  #begin(step: string): undefined {
    this.#goOn();
    if (workflowInfo().historyLength > MAX_EVENTS) {
      failRun(
        'too-many-steps',
        `The run has more than ${MAX_EVENTS} events before "${step}"; split its work into several runs.`,
      );
    }
    this.step = step;
  }

  // Code beside what ended the run may go on; its steps do not.
  #goOn(): void {
    if (this.#ending) failRun('cancelled', 'The run is ending.');
  }

  /** Shows the run as waiting while `until` is pending, which may remind people of it. */
  async wait<Value>(
    waitingFor: WaitingFor,
    until: (remind: (count: number) => Promise<void>) => Promise<Value>,
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
      await this.noted();
    };
    try {
      return await until(remind);
    } finally {
      this.#waits = this.#waits.filter((wait) => wait !== shown);
      this.#note();
    }
  }

  /** Resolves when every status change so far is written. */
  noted(): Promise<void> {
    return this.#notes;
  }

  #shownWait(): WaitingFor | undefined {
    const [first] = SHOWN_FIRST.flatMap((kind) => this.#waits.find((wait) => wait.kind === kind) ?? []);
    return first ?? this.#waits[0];
  }

  // A run that neither pauses nor waits pays nothing: no Activity, no event.
  #note(): void {
    const status = this.status;
    const waitingFor = this.#shownWait();
    if (status === this.#shown.status && waitingFor === this.#shown.waitingFor) return;
    this.#shown = { status, waitingFor };
    upsertSearchAttributes({
      [SEARCH_ATTRIBUTES.status]: [status],
      [SEARCH_ATTRIBUTES.waitingFor]: waitingFor === undefined ? [] : [waitingFor.name],
    });
    const stepPath = `note/${(this.#noteCount += 1)}` as StepPath;
    const input = { tenant: this.start.tenant, status, ...(waitingFor === undefined ? {} : { waitingFor }) };
    const note = (): Promise<void> => this.call(stepPath, status, { timeoutMs: NOTE_TIMEOUT_MS }).noteStatus(input);
    // The projection tells of the run and never ends it: what cannot be noted is made good by the next note or the end.
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
      begun: (call) => void this.#calls.add(call),
      ...(withinMs === undefined ? {} : { withinMs }),
      ...(calls === undefined ? {} : { calls }),
    });
  }
}
