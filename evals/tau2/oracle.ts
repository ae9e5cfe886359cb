import type { Server, ServerResponse } from 'node:http';
import { completionOf, type Oracle, type OracleQuestion, oracleServer } from '../replay/oracle-server.ts';
import { type Answering, type JsonAnswer, serveJson } from '../replay/serve-json.ts';
import type { Case } from './data.ts';
import type { EndpointName, FaultPlan, ModelFault } from './fault-plan.ts';
import { oracleAnswer } from './oracle-answer.ts';
import { HANG_MS, REFUSING_MS } from './timing.ts';

/** What an oracle is opened with. */
export interface OracleOptions {
  readonly cases: readonly Case[];
  readonly plan: FaultPlan;
}

/** How often the oracle was asked, and which faults it played. */
export interface OracleCounts {
  readonly requests: number;
  readonly faults: Partial<Readonly<Record<ModelFault, number>>>;
}

const CASE_LINE = /^Case (case-\d+)$/m;
const RETRY_AFTER_S = 1;

interface Losing {
  readonly refusing: Refusing;
  /** The answer that would have been given. */
  readonly whole: string;
}

// How answers get lost; any other fault is one of what is said.
const LOST: Partial<Readonly<Record<ModelFault, (losing: Losing) => JsonAnswer>>> = {
  'rate-limited': () => ({ ...failure(429, 'Too many requests.'), headers: { 'retry-after': String(RETRY_AFTER_S) } }),
  'status-500': () => failure(500, 'Something broke.'),
  'status-503': () => failure(503, 'Overloaded.'),
  hang: () => (response) => void setTimeout(() => response.destroy(), HANG_MS).unref(),
  'refused-connection':
    ({ refusing }) =>
    () =>
      refusing.begin(),
  'reset-mid-answer': ({ whole }) => halfOf(whole),
};

/** A model that knows each task's recorded calls, at several endpoints. It keeps nothing of a task: only what it counts. */
export class OracleModel {
  readonly #cases: ReadonlyMap<string, Case>;
  readonly #plan: FaultPlan;
  readonly #faults: Partial<Record<ModelFault, number>> = {};
  #requests = 0;

  constructor({ cases, plan }: OracleOptions) {
    this.#cases = new Map(cases.map((one) => [one.name, one]));
    this.#plan = plan;
  }

  get counts(): OracleCounts {
    return { requests: this.#requests, faults: this.#faults };
  }

  /** Serves one endpoint on a port of 127.0.0.1 (0: any free one), and answers which; `GET /counts` tells {@link OracleCounts}. */
  async serve(endpoint: EndpointName, port = 0): Promise<{ readonly server: Server; readonly port: number }> {
    const refusing = new Refusing();
    const served = await serveJson(port, this.#answering(endpoint, refusing));
    refusing.watch(served.server, served.port);
    return served;
  }

  #answering(endpoint: EndpointName, refusing: Refusing): Answering {
    const oracle: Oracle = (question) => this.#answer(endpoint, question, refusing);
    return oracleServer(oracle, ({ path }) => (path === '/counts' ? { body: this.counts } : { status: 404 }));
  }

  #answer(endpoint: EndpointName, question: OracleQuestion, refusing: Refusing): ReturnType<Oracle> {
    const one = this.#cases.get(CASE_LINE.exec(question.given)?.[1] ?? '');
    if (one === undefined) return { http: failure(400, 'The first user message names no known case.') };
    const { answered, tools } = question;
    const deed = oracleAnswer({ case: one, plan: this.#plan, answered, tools, endpoint });
    const { fault, says } = deed;
    this.#requests += 1;
    if (fault !== undefined) this.#faults[fault] = (this.#faults[fault] ?? 0) + 1;
    const lost = fault === undefined ? undefined : LOST[fault];
    if (lost === undefined) return says ?? { text: '' };
    return { http: lost({ refusing, whole: JSON.stringify(completionOf(endpoint, question, says ?? {})) }) };
  }
}

/** A port that is closed for a while: whoever connects meanwhile is refused, and whoever is connected is cut off. */
class Refusing {
  #server: Server | undefined;
  #port = 0;
  #closed = false;

  watch(server: Server, port: number): void {
    this.#server = server;
    this.#port = port;
  }

  begin(): void {
    const server = this.#server;
    if (server === undefined) return;
    server.closeAllConnections();
    if (this.#closed) return;
    this.#closed = true;
    server.close();
    setTimeout(() => {
      this.#closed = false;
      server.listen(this.#port, '127.0.0.1');
    }, REFUSING_MS);
  }
}

function failure(status: number, message: string): Exclude<JsonAnswer, (response: ServerResponse) => void> {
  return { status, body: { error: { message } } };
}

function halfOf(text: string): (response: ServerResponse) => void {
  return (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) });
    response.write(text.slice(0, Math.ceil(text.length / 2)), () => response.destroy());
  };
}
