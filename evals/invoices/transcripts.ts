import { Client } from 'pg';
import { z } from 'zod';
import type { Tenant } from '../../client/index.ts';

const AssistantMessage = z.object({
  role: z.literal('assistant'),
  raw: z.looseObject({
    refusal: z.string().nullish(),
    tool_calls: z
      .array(z.object({ function: z.object({ name: z.string(), arguments: z.string() }) }))
      .nullish()
      .transform((calls) => calls ?? []),
  }),
  ids: z.array(z.string()),
});
const ToldMessage = z.object({ role: z.enum(['system', 'user']), content: z.string() });
const ToolMessage = z.object({ role: z.literal('tool'), id: z.string(), content: z.string() });
const Message = z.discriminatedUnion('role', [AssistantMessage, ToldMessage, ToolMessage]);
/** A message of a transcript as the gate keeps it. */
export type Message = z.infer<typeof Message>;

/** A model call of the ledger with the transcript it belongs to. */
export interface ModelCall {
  readonly callKey: string;
  readonly runId: string;
  /** Which of the agent's turns it was, counted from 1. */
  readonly turn: number;
  /** Every message of the agent, in order. */
  readonly transcript: readonly Message[];
}

interface CallRow {
  readonly call_key: string;
  readonly run_id: string;
  readonly step_path: string;
}

interface MessageRow {
  readonly run_id: string;
  readonly agent_path: string;
  readonly bytes: Buffer;
}

const CALLS = `select call_key, run_id, step_path from gate.call
  where tenant = $1 and effect = 'model' and call_key = any($2)`;
const MESSAGES = `select t.run_id, t.agent_path, b.bytes from gate.transcript t
  join gate.blob b on b.tenant = t.tenant and b.ref = t.ref
  where t.tenant = $1 and t.run_id = any($2) order by t.run_id, t.agent_path, t.seq`;
const TURN = /^(?<agent>.+)\/turn-(?<turn>\d+)$/;

/** The model calls of a tenant that have one of some keys, each with its transcript. */
export async function readModelCalls(
  databaseUrl: string,
  tenant: Tenant,
  callKeys: readonly string[],
): Promise<ReadonlyMap<string, ModelCall>> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows: calls } = await client.query<CallRow>(CALLS, [tenant, callKeys]);
    const runs = [...new Set(calls.map((call) => call.run_id))];
    const { rows: messages } = await client.query<MessageRow>(MESSAGES, [tenant, runs]);
    const transcripts = Map.groupBy(messages, (row) => `${row.run_id} ${row.agent_path}`);
    return new Map(
      calls.map((call) => {
        const { agent = '', turn = '0' } = TURN.exec(call.step_path)?.groups ?? {};
        const transcript = transcripts.get(`${call.run_id} ${agent}`) ?? [];
        const found = { callKey: call.call_key, runId: call.run_id, turn: Number(turn) };
        return [call.call_key, { ...found, transcript: transcript.map(messageOf) }];
      }),
    );
  } finally {
    await client.end();
  }
}

function messageOf({ bytes }: MessageRow): Message {
  return Message.parse(JSON.parse(bytes.toString('utf8')));
}
