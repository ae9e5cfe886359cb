import { createHash } from 'node:crypto';
import { canonicalJson, type Json } from '../domain/canonical.ts';
import { identityDigest } from '../domain/digest.ts';
import { JobError } from '../domain/errors.ts';
import { jsonSchema } from '../jobs/definition.ts';
import type { Job } from '../jobs/job.ts';
import { issuesOf } from '../jobs/parse-as.ts';
import { toolsOf } from '../jobs/registry.ts';
import type { Tool } from '../jobs/tool.ts';
import type { AnswerForm, CallOfRun } from './calls.ts';
import { checkedAnswer } from './checked-answer.ts';
import { madeValue } from './made-value.ts';
import type { Effect, ReceivedRequest, Receiver, ReceiverAnswer } from './options.ts';

/** A request with the call that it belongs to. */
export interface RequestOfCall {
  readonly request: ReceivedRequest;
  readonly call: CallOfRun;
  readonly form: AnswerForm;
}

/** What the receiver has entered for one call. */
interface Entered {
  readonly tool: string;
  readonly key: string;
  readonly input: Json;
  readonly output: unknown;
  times: number;
}

/**
 * Stands for every system of a job. It answers with values made from the tools' output schemas, or as it is told; keeps every
 * request; and recognises repeats as the class of the tool says: A by the Idempotency-Key, B by what is the same thing, C and D
 * not at all.
 */
export class FakeReceiver {
  readonly #tools: ReadonlyMap<string, Tool>;
  readonly #told: ReadonlyMap<string, Receiver>;
  readonly #requests: RequestOfCall[] = [];
  readonly #answered = new Map<string, ReceiverAnswer>();
  readonly #entered = new Map<string, Entered>();

  constructor(job: Job, told: Readonly<Record<string, Receiver>>) {
    this.#tools = new Map(toolsOf(job).map((tool) => [tool.name, tool]));
    this.#told = new Map(Object.entries(told));
  }

  /** What was done, for each call. */
  get effects(): readonly Effect[] {
    return [...this.#entered.values()].map(({ tool, key, times, input }) => ({ tool, key, times, input }));
  }

  /** Every request, in order; one that was only asked again in another form counts once. */
  get requests(): readonly ReceivedRequest[] {
    return this.#requests.map(({ request }) => request);
  }

  /**
   * Takes a request and answers it.
   * @throws JobError `invalid-input` when no answer can be made from the schema
   */
  async answer(received: RequestOfCall): Promise<ReceiverAnswer> {
    this.#note(received);
    const { request } = received;
    const tool = this.#tools.get(request.tool);
    if (tool === undefined) throw new JobError('internal', `The job has no tool "${request.tool}".`);
    const acts = request.act === 'send' && tool.effect !== 'read' && request.method !== 'GET';
    if (!acts) return (await this.#toldOf(request)) ?? this.#found(tool, received);
    const sameness = samenessOf(tool, request);
    const before = sameness === undefined ? undefined : this.#answered.get(sameness);
    if (before !== undefined) return before;
    return this.#act(tool, received, sameness);
  }

  async #act(tool: Tool, received: RequestOfCall, sameness: string | undefined): Promise<ReceiverAnswer> {
    const { request, call } = received;
    const told = await this.#toldOf(request);
    const answer = told ?? { status: 200, json: this.#made(tool, received) };
    if (answer.status >= 300) return answer;
    if (sameness !== undefined) this.#answered.set(sameness, answer);
    const known = this.#entered.get(call.key);
    if (known !== undefined) known.times += 1;
    else
      this.#entered.set(call.key, { tool: tool.name, key: call.key, input: call.args, output: answer.json, times: 1 });
    return answer;
  }

  async #toldOf(request: ReceivedRequest): Promise<ReceiverAnswer | undefined> {
    const told = await this.#told.get(request.system)?.(request);
    return told === undefined || told === null ? undefined : checkedAnswer(request.system, told);
  }

  #note(received: RequestOfCall): void {
    const { request, call, form } = received;
    const last = this.#requests.findIndex(
      (earlier) =>
        earlier.call.key === call.key &&
        earlier.form !== form &&
        earlier.request.act === request.act &&
        earlier.request.path === request.path,
    );
    if (last === -1) this.#requests.push(received);
    else this.#requests[last] = received;
  }

  #found(tool: Tool, received: RequestOfCall): ReceiverAnswer {
    const { request, call } = received;
    switch (request.act) {
      case 'send':
        return inForm(received, this.#made(tool, received));
      case 'read-back': {
        const found = this.#all(tool).some(({ input }) => canonicalJson(input) === canonicalJson(call.args));
        return found ? inForm(received, call.args) : { status: 404, json: { message: 'Nothing of that was entered.' } };
      }
      case 'reconcile':
        return inForm(received, this.#entered.get(call.key)?.output);
    }
  }

  #all(tool: Tool): readonly Entered[] {
    return [...this.#entered.values()].filter((entered) => entered.tool === tool.name);
  }

  // A field of the input may have a name of the output and mean another thing: then it is made without.
  #made(tool: Tool, { request, call }: RequestOfCall): Json {
    const count = tool.effect === 'read' ? 0 : this.#all(tool).length;
    const seed = createHash('sha256')
      .update(canonicalJson([tool.name, call.args, count]))
      .digest('hex')
      .slice(0, 8);
    const schema = jsonSchema(`the output of "${tool.name}"`, tool.output);
    const made = [call.args, {}].map((given) => madeValue(schema, { given, seed }));
    const fitting = made.find((value) => tool.output.safeParse(value).success);
    if (fitting !== undefined) return fitting;
    const { error } = tool.output.safeParse(made[0]);
    throw new JobError(
      'invalid-input',
      `No answer of "${tool.name}" can be made from its output schema (${error === undefined ? '' : issuesOf(error)}); give one by \`receivers: { ${request.system}: (request) => ({ status: 200, json: … }) }\`.`,
    );
  }
}

/** By what a receiver knows that it did the same already; `undefined` when it cannot. */
function samenessOf(tool: Tool, { key, method, path, input }: ReceivedRequest): string | undefined {
  const place = `${tool.name} ${method} ${path}`;
  if (tool.class === 'A') return key === undefined ? undefined : `${place} ${key}`;
  if (tool.class === 'B')
    return tool.identity === undefined ? place : `${place} ${identityDigest(tool.identity(input))}`;
  return undefined;
}

function inForm({ request, form }: RequestOfCall, record: unknown): ReceiverAnswer {
  const list = record === undefined ? [] : [record];
  const parts = request.path.split('/').filter((part) => part !== '');
  switch (form) {
    case 'plain':
      return record === undefined ? { status: 204 } : { status: 200, json: record };
    case 'list':
      return { status: 200, json: list };
    case 'named': {
      const fields = typeof record === 'object' && record !== null && !Array.isArray(record) ? record : {};
      return { status: 200, json: { ...fields, ...Object.fromEntries(parts.map((part) => [part, list])) } };
    }
  }
}
