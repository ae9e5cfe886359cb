import { offeredName } from '../replay/offered-name.ts';
import type { OracleAnswer, OracleCall, OracleQuestion } from '../replay/oracle-server.ts';
import type { Case } from './data.ts';
import { drawn } from './drawn.ts';
import type { EndpointName, FaultPlan, ModelFault } from './fault-plan.ts';
import { placeInTrace } from './place-in-trace.ts';

/** What the oracle does with a request. */
export interface OracleDeed {
  readonly fault: ModelFault | undefined;
  /** What it says; absent where the fault leaves nothing to say. */
  readonly says: OracleAnswer | undefined;
}

/** What a request asks of the oracle. */
export interface OracleRequest {
  readonly case: Case;
  readonly plan: FaultPlan;
  /** How many answers stand in the transcript. */
  readonly answered: number;
  /** What the request offers, under the names that a model may call. */
  readonly tools: OracleQuestion['tools'];
  readonly endpoint: EndpointName;
}

const SUBMIT = 'submit';
const REPEATED_ID = 'oracle_again';

/** Decides by the request alone: the next recorded call of the task, or the final answer, with the fault that the plan has there. */
export function oracleAnswer({ case: one, plan, answered, tools, endpoint }: OracleRequest): OracleDeed {
  const { position, fault: planned } = placeInTrace(one, plan, answered);
  const call = callAt(one, position, tools);
  const isHere = planned?.endpoint === undefined || planned.endpoint === endpoint;
  const fault = isHere ? planned?.kind : undefined;
  const share = drawn(plan.seed, 'cut', one.id, answered);
  return {
    fault,
    says: fault === undefined ? { calls: [call] } : faulty(fault, { one, position, call, share, answered }),
  };
}

interface Asked {
  readonly one: Case;
  readonly position: number;
  readonly call: Extract<OracleCall, { arguments: unknown }>;
  /** From 0 to 1: where something is cut. */
  readonly share: number;
  readonly answered: number;
}

function faulty(fault: ModelFault, asked: Asked): OracleAnswer | undefined {
  const { one, position, call, share, answered } = asked;
  const { name, arguments: args } = call;
  const text = JSON.stringify(args);
  switch (fault) {
    case 'truncated-arguments':
      return { calls: [{ name, raw: text.slice(0, Math.max(1, Math.floor(share * (text.length - 1)))) }] };
    case 'double-encoded-arguments':
      return { calls: [{ name, raw: JSON.stringify(text) }] };
    case 'unknown-tool':
      return { calls: [{ ...call, name: `${name}_${answered}` }] };
    case 'wrong-argument':
      return { calls: [{ name, arguments: one.task.trace[position]?.wrong?.args ?? {} }] };
    case 'cut-at-length':
      return { text: `Answer ${answered}: I am going to call ${name}, beca`, finishReason: 'length' };
    case 'call-twice':
      return { calls: [call, call] };
    case 'repeated-id':
      return { calls: [{ ...call, id: REPEATED_ID }] };
    case 'missing-id':
      return { calls: [{ ...call, id: null }] };
    case 'missing-usage':
      return { calls: [call], withoutUsage: true };
    case 'empty-choices':
      return { withoutChoices: true };
    // Half of it is sent.
    case 'reset-mid-answer':
      return { calls: [call] };
    case 'rate-limited':
    case 'status-500':
    case 'status-503':
    case 'refused-connection':
    case 'hang':
      return undefined;
  }
}

function callAt({ task }: Case, position: number, tools: OracleRequest['tools']): Asked['call'] {
  const step = task.trace[position];
  if (step !== undefined) return { name: offeredName(step.tool, tools), arguments: step.args };
  const facts = (task.communicate ?? []).join('; ');
  return { name: SUBMIT, arguments: { message: facts === '' ? 'Done.' : `Done. ${facts}` } };
}
