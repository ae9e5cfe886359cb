import type { StepPath } from '../domain/ids.ts';
import type { WaitingFor } from '../domain/run-view.ts';
import type { OpenQuestion, PartNote } from './messages.ts';

/** What a part of a run goes on with, and how it tells the run what it does. */
export interface PartPlace {
  readonly path: StepPath;
  readonly paused: boolean;
  readonly turns: number;
  /** How often step names that may be used again were used. */
  readonly names: readonly (readonly [string, number])[];
  /** How many outages it has told of. */
  readonly outages: number;
  readonly tell: (note: PartNote) => Promise<void>;
}

/** How a part stands. */
export interface PartStanding {
  readonly step: string;
  readonly turns: number;
  readonly lastOutcome: string;
  readonly waitingFor: WaitingFor | undefined;
  readonly questions: readonly OpenQuestion[];
}

// Each note costs the run four events of its history, and what is shown of it up to seven more; a thousand items may meet
// a thousand short outages. What people must answer is always told.
const MAX_OUTAGES = 20;
// All that a part tells must stay small in the history of its run.
const MAX_QUESTIONS = 50;

/** Decides what of a part's life is worth telling the run. */
export class PartVoice {
  readonly #path: StepPath;
  #outages: number;
  #told: { readonly waitingFor: WaitingFor | undefined; readonly questions: string } = {
    waitingFor: undefined,
    questions: '',
  };

  constructor({ path, outages }: Pick<PartPlace, 'path' | 'outages'>) {
    this.#path = path;
    this.#outages = outages;
  }

  /** How many outages it has told of. */
  get outages(): number {
    return this.#outages;
  }

  /** What to tell now; `undefined` when people would see nothing new, unless it is `always` to be told. */
  note(standing: PartStanding, always: boolean): PartNote | undefined {
    const waitingFor = this.#worthShowing(standing.waitingFor);
    const names = standing.questions.map(({ name }) => name).join('\n');
    if (!always && waitingFor === this.#told.waitingFor && names === this.#told.questions) return undefined;
    if (waitingFor?.kind === 'unavailable' && waitingFor !== this.#told.waitingFor) this.#outages += 1;
    this.#told = { waitingFor, questions: names };
    const { step, turns, lastOutcome } = standing;
    const questions = standing.questions.slice(0, MAX_QUESTIONS).map(({ name, kind }) => ({ name, kind }));
    const waits = waitingFor === undefined ? {} : { waitingFor };
    return { path: this.#path, step, turns, lastOutcome, questions, ...waits };
  }

  // Of outages beside each other one is shown.
  #worthShowing(waitingFor: WaitingFor | undefined): WaitingFor | undefined {
    if (waitingFor?.kind !== 'unavailable') return waitingFor;
    const { waitingFor: told } = this.#told;
    if (told?.kind === 'unavailable') return told;
    return this.#outages < MAX_OUTAGES ? waitingFor : undefined;
  }
}
