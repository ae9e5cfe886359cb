import { endpointFailure } from '../domain/endpoint-failure.ts';
import type { Cooling } from '../domain/choose-endpoint.ts';
import type { Logger } from '../domain/log.ts';
import type { NotCommitted } from '../domain/outcome.ts';
import { callOf, type Database } from './database.ts';
import type { EndpointDestination } from './destinations.ts';
import type { PreparedCall } from './prepared-call.ts';
import { retryingBriefly } from './retrying.ts';
import { SendError } from './send-error.ts';
import { oneLine } from './text.ts';

const COOL = callOf('cool_endpoint', 5);
const ASK = callOf('ask_endpoint', 3);
const COOLING = callOf('cooling_endpoints', 2);
const ANSWERED = callOf('endpoint_answered', 2);
const READMIT = callOf('readmit_endpoints', 2);

const FRESH_MS = 1_000;
const MAX_SENTENCE = 300;

/** An endpoint that is to be left alone for now. */
export interface CoolDown extends Cooling {
  readonly endpoint: string;
  /** What happened there, for people. */
  readonly sentence: string;
}

interface CoolingRow {
  readonly id: string;
  readonly what: 'limited' | 'refused' | 'failing';
  readonly left_ms: number;
  readonly why: string;
}

/** What the health of an endpoint has to do with one model call on its way. */
export interface Visit {
  /**
   * Right before the request.
   * @throws SendError `cooling`: nothing may be sent now
   */
  readonly enter: () => Promise<void>;
  readonly answered: () => Promise<void>;
  readonly failed: (outcome: NotCommitted) => Promise<void>;
}

/** Which endpoints have to be left alone, shared with all workers through the database. */
export class EndpointHealth {
  readonly #database: Database;
  readonly #logger: Logger;
  readonly #addresses: ReadonlyMap<string, string>;
  readonly #warned = new Set<string>();
  #known: { readonly at: number; readonly coolDowns: Promise<readonly CoolDown[]> } | undefined;

  constructor(parts: { database: Database; logger: Logger; endpoints: Readonly<Record<string, EndpointDestination>> }) {
    this.#database = parts.database;
    this.#logger = parts.logger;
    this.#addresses = new Map(Object.entries(parts.endpoints).map(([id, { address }]) => [id, address]));
  }

  /** Lets endpoints be asked again whose key, address or model was wrong: a process that starts may bring right ones. */
  async readmit(): Promise<void> {
    if (this.#addresses.size > 0) await this.#database.query(READMIT, this.#all());
  }

  /** The endpoints that cool down, as known at most a second ago. */
  async cooling(): Promise<readonly CoolDown[]> {
    const known = this.#known;
    if (known !== undefined && performance.now() - known.at < FRESH_MS) return known.coolDowns;
    const asked = { at: performance.now(), coolDowns: this.#read() };
    this.#known = asked;
    asked.coolDowns.catch(() => {
      if (this.#known === asked) this.#known = undefined;
    });
    return asked.coolDowns;
  }

  /** A model call on its way; `undefined` for any other call, which costs nothing here. */
  visit({ call: { effect, target } }: PreparedCall): Visit | undefined {
    if (effect !== 'model' || target === undefined || !('endpoint' in target)) return undefined;
    const { endpoint, lastResort = false } = target;
    let troubled = false;
    return {
      enter: async () => {
        const found = await this.#ask(endpoint, lastResort);
        troubled = found.troubled;
        if (found.wait_ms > 0) throw coolingError(found);
      },
      answered: async () => {
        if (troubled) await this.#answered(endpoint);
      },
      failed: (outcome) => this.#failed(endpoint, outcome),
    };
  }

  async #ask(endpoint: string, lastResort: boolean): Promise<AskRow> {
    const [row] = await this.#database.query<AskRow>(ASK, [endpoint, this.#addressOf(endpoint), lastResort]);
    return row ?? { wait_ms: 0, why: null, troubled: false };
  }

  // That the endpoint is well again is no news worth failing a settled call for.
  async #answered(endpoint: string): Promise<void> {
    this.#known = undefined;
    this.#warned.delete(endpoint);
    await this.#database.query(ANSWERED, [endpoint, this.#addressOf(endpoint)]).catch(() => undefined);
  }

  async #failed(endpoint: string, outcome: NotCommitted): Promise<void> {
    const failure = endpointFailure(outcome);
    if (failure === undefined) return;
    const { kind } = failure;
    if (kind !== 'limited' && kind !== 'refused' && kind !== 'failing') return;
    if (kind === 'refused') this.#warn(endpoint, outcome.sentence, failure.fix);
    this.#known = undefined;
    const values = [
      endpoint,
      this.#addressOf(endpoint),
      kind,
      kind === 'failing' ? 0 : failure.spanMs,
      oneLine(outcome.sentence, MAX_SENTENCE),
    ];
    await retryingBriefly(() => this.#database.query(COOL, values));
  }

  #warn(endpoint: string, sentence: string, fix: string): void {
    if (this.#warned.has(endpoint)) return;
    this.#warned.add(endpoint);
    this.#logger.warn(`${sentence.replace(/\.$/, '')}; ${fix}.`, { endpoint });
  }

  async #read(): Promise<readonly CoolDown[]> {
    if (this.#addresses.size === 0) return [];
    const rows = await this.#database.query<CoolingRow>(COOLING, this.#all());
    return rows.map(({ id, what, left_ms: waitMs, why: sentence }) => {
      return { endpoint: id, kind: what === 'failing' ? 'failing' : 'closed', waitMs, sentence };
    });
  }

  #all(): readonly (readonly string[])[] {
    return [[...this.#addresses.keys()], [...this.#addresses.values()]];
  }

  #addressOf(endpoint: string): string {
    return this.#addresses.get(endpoint) ?? '';
  }
}

interface AskRow {
  readonly wait_ms: number;
  readonly why: string | null;
  readonly troubled: boolean;
}

function coolingError({ wait_ms, why }: AskRow): SendError {
  const waitMs = Math.ceil(wait_ms);
  const again = `it is asked again in ${Math.ceil(waitMs / 1_000)} s at the earliest`;
  const said = (why ?? 'It is cooling down').replace(/\.$/, '');
  return new SendError({ kind: 'cooling', why: `${said}; ${again}.`, waitMs });
}
