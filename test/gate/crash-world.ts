import { setTimeout as sleep } from 'node:timers/promises';
import type { Json } from '../../domain/canonical.ts';
import { callKeyOf } from '../../domain/digest.ts';
import type { StepPath } from '../../domain/ids.ts';
import type { Outcome } from '../../domain/outcome.ts';
import type { Database } from '../../gate/database.ts';
import type { Adapter, Call, CallState, Gate, KillPoint } from '../../gate/index.ts';
import type { BookAnswer, CrashBooks } from './crash-books.ts';
import { aCall, gateAt, ledgerRow, never, newRunId, newTenant, settled } from './fixture.ts';

/** What the receiver of a world's calls can do about repeats. Of class A all forget keys; `A mute` cannot be asked after that. */
export type WorldClass = 'A' | 'A mute' | 'B' | 'C' | 'D';

/** One thing that happens to a world of two workers and the two steps of one run. */
export type Act =
  /** A step is asked for, by one worker or by both at once, as when it was asked for before, after a crash, a reset or twice. */
  | { readonly kind: 'ask'; readonly step: 0 | 1; readonly by: 'one' | 'other' | 'both'; readonly answer: BookAnswer }
  /** Like `ask`, and the worker dies at a point of the call: it does nothing more of it unless it wakes as a zombie. */
  | {
      readonly kind: 'crash';
      readonly step: 0 | 1;
      readonly by: 'one' | 'other';
      readonly answer: BookAnswer;
      readonly at: KillPoint;
    }
  /** What has stood still since its worker died goes on, under the lease that is over. */
  | { readonly kind: 'wake' }
  /** So long passes that a receiver may have forgotten its keys. */
  | { readonly kind: 'age'; readonly step: 0 | 1 };

/** How a step of a world stands when everybody has had the time to end it. */
export interface StepEnd {
  readonly effects: number;
  readonly outcome: Outcome<Json>['kind'];
  readonly state: CallState;
}

const KEY_TTL_MS = 3_600_000;
const TIMEOUT_MS = 400;
const MOST_ASKS = 25;
const ROUTES = { A: '/keyed', B: '/natural', C: '/plain', D: '/plain' } as const;

interface Worker {
  readonly label: string;
  readonly gate: Gate;
  dieAt: KillPoint | undefined;
}

/** Two workers, the two steps of one run, and what stands still of workers that died. For each of these there is a new one. */
export class CrashWorld {
  readonly #parts: { readonly owner: Database; readonly books: CrashBooks };
  readonly #calls: readonly [Call, Call];
  readonly #adapter: Adapter;
  readonly #workers = new Map<'one' | 'other', Worker>();
  readonly #dead: Worker[] = [];
  readonly #asked: Promise<unknown>[] = [];
  #sleepers: (() => void)[] = [];
  #died = Promise.withResolvers<void>();

  private constructor(worldClass: WorldClass, parts: { owner: Database; books: CrashBooks }) {
    this.#parts = parts;
    const effectClass = worldClass === 'A mute' ? 'A' : worldClass;
    const run = {
      tenant: newTenant(),
      runId: newRunId(),
      class: effectClass,
      keyTtlMs: KEY_TTL_MS,
      timeoutMs: TIMEOUT_MS,
    };
    this.#calls = [aCall({ ...run, stepPath: 'post' as StepPath }), aCall({ ...run, stepPath: 'post#2' as StepPath })];
    this.#adapter = adapterOf(effectClass, worldClass !== 'A mute' && worldClass !== 'D');
  }

  /** Opens a world whose workers have gates of their own. */
  static async open(worldClass: WorldClass, parts: { owner: Database; books: CrashBooks }): Promise<CrashWorld> {
    const world = new CrashWorld(worldClass, parts);
    await Promise.all([world.#newWorker('one'), world.#newWorker('other')]);
    return world;
  }

  /** Lets one thing happen; whoever stands still is left standing. */
  async perform(act: Act): Promise<void> {
    switch (act.kind) {
      case 'ask': {
        this.#parts.books.next(this.#keyOf(act.step), act.answer);
        const by = act.by === 'both' ? (['one', 'other'] as const) : [act.by];
        await Promise.all(by.map((each) => this.#ask(this.#workerOf(each), act.step)));
        return;
      }
      case 'crash':
        return this.#crash(act);
      case 'wake':
        return this.#wake();
      case 'age':
        return this.#age(act.step);
    }
  }

  /** Wakes whoever stands still, and lets both workers ask until each step has an outcome that stays. */
  async end(): Promise<readonly StepEnd[]> {
    await this.#wake();
    return Promise.all(([0, 1] as const).map((step) => this.#endOf(step)));
  }

  async close(): Promise<void> {
    for (const wake of this.#sleepers) wake();
    await Promise.allSettled(this.#asked);
    await Promise.all([...this.#workers.values(), ...this.#dead].map(({ gate }) => gate.close()));
  }

  async #newWorker(place: 'one' | 'other'): Promise<void> {
    const label = `${place} ${newTenant()}`;
    const fate: Pick<Worker, 'dieAt'> = { dieAt: undefined };
    const at = async (point: KillPoint): Promise<void> => {
      if (fate.dieAt !== point) return;
      fate.dieAt = undefined;
      await this.#standStill(label);
    };
    const gate = await gateAt(this.#parts.books.address, { label, poolSize: 2, at });
    this.#workers.set(place, Object.assign(fate, { label, gate }));
  }

  // For all that anybody else can see, its worker died.
  async #standStill(label: string): Promise<void> {
    const asleep = Promise.withResolvers<void>();
    this.#sleepers.push(asleep.resolve);
    const text = `update gate.worker_lease set expires_at = clock_timestamp() - interval '1 second' where label = $1`;
    await this.#parts.owner.query({ name: 'test.end_lease', text }, [label]);
    this.#died.resolve();
    await asleep.promise;
  }

  // What is thrown is asked again, as an Activity is.
  #ask({ gate }: Worker, step: 0 | 1): Promise<Outcome<Json> | undefined> {
    const asked = gate.perform(this.#calls[step], this.#adapter, { signal: never }).catch(() => undefined);
    this.#asked.push(asked);
    return asked;
  }

  async #crash({ step, by, answer, at }: Extract<Act, { kind: 'crash' }>): Promise<void> {
    this.#parts.books.next(this.#keyOf(step), answer);
    const worker = this.#workerOf(by);
    this.#died = Promise.withResolvers();
    worker.dieAt = at;
    const answered = this.#ask(worker, step).then(() => true);
    // A call that is settled already does not come by every point.
    const survived = await Promise.race([answered, this.#died.promise.then(() => false)]);
    worker.dieAt = undefined;
    if (survived) return;
    this.#dead.push(worker);
    await this.#newWorker(by);
  }

  // Not before each has learnt that its lease is over: on its own clock it is, when it is in the database.
  async #wake(): Promise<void> {
    if (this.#sleepers.length === 0) return;
    await Promise.all(this.#dead.map((worker) => this.#untilLeased(worker)));
    for (const wake of this.#sleepers) wake();
    this.#sleepers = [];
    await Promise.all(this.#asked);
  }

  async #untilLeased({ label }: Worker): Promise<void> {
    const text = 'select 1 from gate.worker_lease where label = $1 and expires_at > clock_timestamp()';
    while ((await this.#parts.owner.query({ name: 'test.leased', text }, [label])).length === 0) await sleep(20);
  }

  // Nobody who claimed before still sends: that would be later than any time-out lets it.
  async #age(step: 0 | 1): Promise<void> {
    await this.#wake();
    const text = `update gate.call set exposed_at = exposed_at - interval '2 hours' where tenant = $1 and call_key = $2`;
    await this.#parts.owner.query({ name: 'test.age_call', text }, [this.#calls[step].tenant, this.#keyOf(step)]);
    if (this.#calls[step].class === 'A') this.#parts.books.forget(this.#keyOf(step));
  }

  async #endOf(step: 0 | 1): Promise<StepEnd> {
    const { books, owner } = this.#parts;
    books.next(this.#keyOf(step), 'ok');
    for (let asks = 0; asks < MOST_ASKS; asks += 1) {
      const outcome = await this.#ask(this.#workerOf(asks % 2 === 0 ? 'one' : 'other'), step);
      if (outcome === undefined || outcome.kind === 'unavailable') continue;
      const { state } = await ledgerRow(owner, this.#calls[step]);
      return { effects: books.effects(this.#keyOf(step)), outcome: outcome.kind, state };
    }
    throw new Error(`The step ${step} has no end after ${MOST_ASKS} attempts.`);
  }

  #keyOf(step: 0 | 1): string {
    return callKeyOf(this.#calls[step]);
  }

  #workerOf(place: 'one' | 'other'): Worker {
    const worker = this.#workers.get(place);
    if (worker === undefined) throw new Error(`There is no worker ${place}.`);
    return worker;
  }
}

function adapterOf(effectClass: 'A' | 'B' | 'C' | 'D', canBeAsked: boolean): Adapter {
  const path = ROUTES[effectClass];
  const send: Adapter['send'] = async ({ http, key }) => {
    const body = { amount: 100 };
    return settled(await (effectClass === 'B' ? http.put(path, body, { key }) : http.post(path, body, { key })));
  };
  const reconcile: Adapter['reconcile'] = async ({ http, key }) => {
    const { entered } = (await http.get('/entries', { key })) as { entered: boolean };
    return entered ? settled('found') : undefined;
  };
  return canBeAsked ? { send, reconcile } : { send };
}
