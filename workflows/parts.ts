import { CancellationScope, type ChildWorkflowHandle, type Workflow } from '@temporalio/workflow';
import type { WaitingFor } from '../domain/run-view.ts';
import { type AnswerInput, answerPartSignal, type PartNote, steerSignal } from './messages.ts';
import type { AskedQuestion } from './questions.ts';
import { Orders } from './steering.ts';

interface Part {
  readonly kind: 'part' | 'run';
  /** Whether it knows of the pause. */
  paused: boolean;
  handle: ChildWorkflowHandle<Workflow> | undefined;
  note: PartNote | undefined;
  turns: number;
  /** Which of its questions were answered, and by whom, until it asks them no more. */
  readonly answered: Map<string, string>;
}

/** The parts of a run that are open, and the runs that it started: what they told, and how they are told. */
export class Parts {
  readonly #open = new Map<string, Part>();
  readonly #orders = new Orders();

  /** Whether a part of the run itself is open. */
  get goesOn(): boolean {
    return [...this.#open.values()].some(({ kind }) => kind === 'part');
  }

  /** Opens one that knows whether the run is paused. */
  open(path: string, kind: Part['kind'], paused: boolean): void {
    this.#open.set(path, { kind, paused, handle: undefined, note: undefined, turns: 0, answered: new Map() });
  }

  /** From now on it can be spoken to; what it missed until then is told. */
  started(path: string, handle: ChildWorkflowHandle<Workflow>, paused: boolean): void {
    const part = this.#open.get(path);
    if (part === undefined) return;
    part.handle = handle;
    if (part.paused !== paused) this.#steer(part, paused);
  }

  /** Forgets one that has ended. */
  close(path: string): void {
    this.#open.delete(path);
  }

  /** Takes what one told; gives how many model calls it has made since. */
  noted(note: PartNote): number {
    const part = this.#open.get(note.path);
    if (part === undefined) return 0;
    part.note = note;
    for (const name of part.answered.keys())
      if (!note.questions.some((open) => open.name === name)) part.answered.delete(name);
    return this.turned(note.path, note.turns);
  }

  /** How many model calls one has made since it told so last. */
  turned(path: string, turns: number): number {
    const part = this.#open.get(path);
    if (part === undefined) return 0;
    const more = turns - part.turns;
    part.turns = turns;
    return more;
  }

  /** Holds all of them before their next step, or lets them go on; one that waits for what was down tries again at once. */
  steer(paused: boolean): void {
    for (const part of this.#open.values()) this.#steer(part, paused);
  }

  /** Lets the run's own parts begin no step any more, also where they are held. */
  end(): void {
    for (const path of this.#open.keys()) this.endOne(path);
  }

  /** The same for one of them, which could not be spoken to before. */
  endOne(path: string): void {
    const part = this.#open.get(path);
    if (part?.kind !== 'part') return;
    const order = this.#orders.next();
    tell(part, (handle) => handle.signal(steerSignal, { paused: false, ending: true, order }));
  }

  /** What they wait for. */
  get waits(): readonly WaitingFor[] {
    return [...this.#open.values()].flatMap(({ note }) => note?.waitingFor ?? []);
  }

  /** What they ask people. */
  get questions(): readonly AskedQuestion[] {
    return [...this.#open.values()].flatMap(({ note, answered }) =>
      (note?.questions ?? []).map((question) => ({ ...question, answeredBy: answered.get(question.name) })),
    );
  }

  /** Hands an answer on to the one that asks. */
  answer(given: AnswerInput): void {
    for (const part of this.#open.values()) {
      if (part.note?.questions.some(({ name }) => name === given.question) !== true) continue;
      part.answered.set(given.question, given.actor);
      tell(part, (handle) => handle.signal(answerPartSignal, given));
    }
  }

  #steer(part: Part, paused: boolean): void {
    if (part.handle === undefined) return;
    part.paused = paused;
    const order = this.#orders.next();
    tell(part, (handle) => handle.signal(steerSignal, { paused, order }));
  }
}

// One that has just ended takes nothing more, which is no failure of the run.
function tell({ handle }: Part, how: (handle: ChildWorkflowHandle<Workflow>) => Promise<void>): void {
  if (handle === undefined) return;
  void CancellationScope.nonCancellable(() => how(handle)).catch(() => undefined);
}
