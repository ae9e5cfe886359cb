import { JobError, sentenceOf } from '../domain/errors.ts';
import type { Job } from '../jobs/job.ts';
import { aliasesOf, SUBMIT } from '../jobs/tool-aliases.ts';
import type { CallOfRun } from './calls.ts';
import { checkedTurn } from './checked-turn.ts';
import { type AgentScript, type AskedTurn, MODEL_FAILURES, type ScriptedCall, type ScriptedTurn } from './script.ts';

/** What goes back over HTTP: a status with a body, or a connection that breaks. */
export type ModelReply = { readonly status: number; readonly json: unknown } | 'broken';

/** The model of one rehearsal. The same call again gets the same answer, unless that was a failure. */
export class ScriptedModel {
  readonly #job: Job;
  readonly #scripts: ReadonlyMap<string, AgentScript>;
  readonly #turns = new Map<string, number>();
  readonly #given = new Map<string, ScriptedTurn>();

  constructor(job: Job, script: object) {
    this.#job = job;
    this.#scripts = new Map(Object.entries(script) as [string, AgentScript][]);
  }

  /**
   * Answers one model call.
   * @throws JobError `invalid-input` when the script has nothing for it
   */
  reply(call: CallOfRun, messages: readonly unknown[]): ModelReply {
    const before = this.#given.get(call.key);
    const turn = before === undefined || 'fail' in before ? this.#next(call, messages) : before;
    this.#given.set(call.key, turn);
    return replyOf(turn, messages, this.#aliases(call.name));
  }

  // A script names tools as the job does.
  #aliases(agent: string): ReadonlyMap<string, string> {
    return aliasesOf(Object.values(this.#job.agents[agent]?.tools ?? {}).map(({ name }) => name));
  }

  #next(call: CallOfRun, messages: readonly unknown[]): ScriptedTurn {
    const agent = call.name;
    const turn = (this.#turns.get(agent) ?? 0) + 1;
    this.#turns.set(agent, turn);
    const script = this.#scripts.get(agent);
    if (script === undefined)
      throw new JobError(
        'invalid-input',
        `The agent "${agent}" of "${this.#job.name}" asks its model at ${call.step}, but the script has nothing for it; add \`${agent}: [...]\` to \`script\`.`,
      );
    const asked: AskedTurn = { agent, turn, step: call.step, messages };
    const said = typeof script === 'function' ? made(script, asked) : script[turn - 1];
    if (said !== undefined) return checkedTurn(asked, said);
    const most =
      typeof script === 'function' ? 'nothing' : `${script.length} ${script.length === 1 ? 'turn' : 'turns'}`;
    throw new JobError(
      'invalid-input',
      `The script of the agent "${agent}" has ${most}, but it asks for turn ${turn} at ${call.step} after it was told: ${lastWords(messages)}; add a turn, or mend those before it.`,
    );
  }
}

function made(script: Exclude<AgentScript, readonly unknown[]>, asked: AskedTurn): ScriptedTurn | undefined {
  try {
    return script(asked);
  } catch (cause) {
    const sentence = `The script of the agent "${asked.agent}" failed at turn ${asked.turn}: ${sentenceOf(cause)}`;
    throw new JobError('invalid-input', sentence, { cause });
  }
}

function replyOf(turn: ScriptedTurn, messages: readonly unknown[], aliases: ReadonlyMap<string, string>): ModelReply {
  if ('fail' in turn) return failureOf(turn.fail);
  if ('refuse' in turn) return completion({ content: null, refusal: turn.refuse }, 'stop', messages);
  if ('say' in turn) return completion({ content: turn.say }, 'stop', messages);
  const calls = 'calls' in turn ? turn.calls : [oneCall(turn)];
  const asked = calls.map(({ call: name, with: input = {} }, index) => ({
    id: `call-${messages.length}-${index + 1}`,
    type: 'function',
    function: { name: aliases.get(name) ?? name, arguments: JSON.stringify(input) },
  }));
  return completion({ content: null, tool_calls: asked }, 'tool_calls', messages);
}

function oneCall(turn: Extract<ScriptedTurn, { submit: unknown } | ScriptedCall>): ScriptedCall {
  return 'submit' in turn ? { call: SUBMIT, with: turn.submit } : turn;
}

function failureOf(failure: keyof typeof MODEL_FAILURES): ModelReply {
  const status = MODEL_FAILURES[failure];
  return status === 0 ? 'broken' : { status, json: { error: { message: `scripted: ${failure}` } } };
}

function completion(message: object, reason: string, messages: readonly unknown[]): ModelReply {
  // About what a server would count, so that no call looks as if it had been cut short.
  const tokens = Math.ceil(JSON.stringify(messages).length / 2);
  const json = {
    id: 'scripted',
    object: 'chat.completion',
    created: 0,
    model: 'SCRIPTED',
    choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: reason }],
    usage: { prompt_tokens: tokens, completion_tokens: 10, total_tokens: tokens + 10 },
  };
  return { status: 200, json };
}

function lastWords(messages: readonly unknown[]): string {
  const last = messages.at(-1);
  const content = typeof last === 'object' && last !== null && 'content' in last ? last.content : undefined;
  const text = typeof content === 'string' ? content.replaceAll(/\s+/g, ' ').trim() : 'nothing';
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
