import type { Json } from '../domain/canonical.ts';
import { digestOf, refOf } from '../domain/digest.ts';
import { JobError } from '../domain/errors.ts';
import type { BlobRef, RunId, StepPath, Tenant } from '../domain/ids.ts';
import { getBlobs } from './blobs.ts';
import type { MessagePlace, NewBlob } from './call.ts';
import { callOf, type Database, type Statement } from './database.ts';

const APPEND = callOf('append_messages', 7);
const READ: Statement = {
  name: 'gate.read_transcript',
  text: `select seq, ref from gate.transcript
    where tenant = $1 and run_id = $2 and agent_path = $3 and seq >= $4 and seq < $5 order by seq`,
};

/** A part of an agent's transcript: the messages at `from` up to, not with, `to`. */
export interface TranscriptRange {
  readonly tenant: Tenant;
  readonly runId: RunId;
  readonly agentPath: StepPath;
  readonly from: number;
  readonly to: number;
}

/** A message with the place it takes. */
export interface PlacedMessage {
  readonly blob: NewBlob;
  readonly message: MessagePlace;
}

/**
 * Reads messages in order.
 * @throws JobError `corrupt-blob` when one of the range is missing or was altered
 */
export async function readTranscript(database: Database, range: TranscriptRange): Promise<readonly Json[]> {
  const { tenant, runId, agentPath, from, to } = range;
  if (to <= from) return [];
  const rows = await database.query<{ seq: number; ref: BlobRef }>(READ, [tenant, runId, agentPath, from, to]);
  if (rows.length !== to - from) {
    throw new JobError(
      'corrupt-blob',
      `The transcript of ${agentPath} in ${runId} has ${rows.length} of the ${to - from} messages from ${from} on.`,
    );
  }
  const blobs = await getBlobs(
    database,
    tenant,
    rows.map(({ ref }) => ref),
  );
  const decoder = new TextDecoder();
  return rows.map(({ ref }) => JSON.parse(decoder.decode(blobs.get(ref)?.bytes)) as Json);
}

/**
 * Puts messages at their places; a second time changes nothing.
 * @throws JobError `conflict` when a place already holds another message
 */
export async function appendMessages(
  database: Database,
  run: { readonly tenant: Tenant; readonly runId: RunId; readonly messages: readonly PlacedMessage[] },
): Promise<void> {
  for (const [agentPath, placed] of Map.groupBy(run.messages, ({ message }) => message.agentPath)) {
    const digests = placed.map(({ blob }) => digestOf(blob.bytes));
    const [row] = await database.query<{ append_messages: number | null }>(APPEND, [
      run.tenant,
      run.runId,
      agentPath,
      placed.map(({ message }) => message.seq),
      digests.map(refOf),
      digests.map((digest) => Buffer.from(digest, 'base64url')),
      placed.map(({ blob }) => Buffer.from(blob.bytes)),
    ]);
    const taken = row?.append_messages ?? undefined;
    if (taken !== undefined)
      throw new JobError(
        'conflict',
        `The transcript of ${agentPath} in ${run.runId} already holds another message at ${taken}.`,
      );
  }
}
