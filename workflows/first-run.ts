import type { ForkHanded, RecordedAnswer } from '../domain/fork.ts';

/** What a fork knows of the first run beyond what the ledger answers: corrections that were given, and sleeps that were over. */
export class FirstRun {
  readonly #answers: RecordedAnswer[];
  readonly #sleeps: Map<string, number[]>;

  constructor({ answers = [], sleeps = {} }: ForkHanded) {
    this.#answers = [...answers];
    this.#sleeps = new Map(Object.entries(sleeps).map(([name, deadlines]) => [name, [...deadlines]]));
  }

  /** Takes the oldest answer to a question of this name. */
  answerTo(question: string): RecordedAnswer | undefined {
    const at = this.#answers.findIndex((answer) => answer.question === question);
    return at < 0 ? undefined : this.#answers.splice(at, 1)[0];
  }

  /**
   * Whether a sleep was over in the first run; each is told once. The same moment is the same sleep. Of moments that are counted
   * from now, which are others than they were, the order tells which is which.
   */
  hasSlept(name: string, sleep: { readonly deadline: number; readonly now: number }): boolean {
    const left = this.#sleeps.get(name) ?? [];
    const same = left.indexOf(sleep.deadline);
    if (same < 0 && (left.length === 0 || sleep.deadline <= sleep.now)) return false;
    left.splice(Math.max(same, 0), 1);
    return true;
  }
}
