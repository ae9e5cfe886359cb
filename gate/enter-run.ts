import { digestOf, refOf } from '../domain/digest.ts';
import { JobError } from '../domain/errors.ts';
import type { NewRun } from '../domain/new-run.ts';
import { callOf, type Database } from './database.ts';
import type { RunRow } from './runs.ts';

const ENTER = callOf('enter_run', 10);
const ENTER_CHILD = callOf('enter_child_run', 11);
const MAX_KNOWN = 1_000;

/** A run that stands in the projection. */
export interface EnteredRun {
  /** Whether it was entered just now. */
  readonly inserted: boolean;
  readonly row: Pick<RunRow, 'status' | 'definition' | 'inputRef' | 'inputDigest'>;
}

type FindRun = (run: Pick<NewRun, 'tenant' | 'runId'>) => Promise<RunRow | undefined>;

/** Enters runs; their definitions are sent to the database only once for each tenant. */
export class RunEntry {
  readonly #database: Database;
  readonly #find: FindRun;
  readonly #known = new Set<string>();

  constructor(database: Database, find: FindRun) {
    this.#database = database;
    this.#find = find;
  }

  /** Enters a run, or answers the one that is there. Whether its input is the same is the caller's to see. */
  async enter(run: NewRun): Promise<EnteredRun> {
    const definition = refOf(digestOf(run.definition));
    const inputDigest = digestOf(run.input);
    const row = { status: 'starting', definition, inputRef: refOf(inputDigest), inputDigest } as const;
    const key = `${run.tenant} ${definition}`;
    let answer = await this.#tryToEnter(run, row, { withDefinition: !this.#known.has(key) });
    if (answer === 'no-definition') answer = await this.#tryToEnter(run, row, { withDefinition: true });
    if (this.#known.size >= MAX_KNOWN) this.#known.clear();
    this.#known.add(key);
    if (answer === 'entered') return { inserted: true, row };
    const there = await this.#find(run);
    if (there === undefined) throw new JobError('internal', `The run ${run.runId} was entered and cannot be found.`);
    return { inserted: false, row: there };
  }

  async #tryToEnter(
    run: NewRun,
    row: EnteredRun['row'],
    { withDefinition }: { withDefinition: boolean },
  ): Promise<string | undefined> {
    const values = [
      run.tenant,
      run.runId,
      run.job,
      run.version,
      row.definition,
      withDefinition ? Buffer.from(run.definition) : null,
      row.inputRef,
      Buffer.from(run.input),
      row.inputDigest,
      run.actor ?? null,
    ];
    if (run.parent !== undefined) {
      const [answer] = await this.#database.query<{ enter_child_run: string }>(ENTER_CHILD, [...values, run.parent]);
      return answer?.enter_child_run;
    }
    const [answer] = await this.#database.query<{ enter_run: string }>(ENTER, values);
    return answer?.enter_run;
  }
}
