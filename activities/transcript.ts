import { z } from 'zod';
import { canonicalJson, type Json } from '../domain/canonical.ts';
import { digestOf, refOf } from '../domain/digest.ts';
import type { BlobRef, StepPath } from '../domain/ids.ts';
import { parseAs } from '../jobs/parse-as.ts';
import type { ModelMessage } from './models/dialect.ts';

/** A message ready to be stored: its bytes and the place it takes in an agent's transcript. */
export interface StoredMessage {
  readonly blob: { readonly ref: BlobRef; readonly mediaType: string; readonly bytes: Uint8Array };
  readonly message: { readonly agentPath: StepPath; readonly seq: number; readonly ref: BlobRef };
}

const MessageSchema = z.discriminatedUnion('role', [
  z.object({ role: z.enum(['system', 'user']), content: z.string() }),
  z.object({ role: z.literal('assistant'), raw: z.json(), ids: z.array(z.string()) }),
  z.object({ role: z.literal('tool'), id: z.string(), content: z.string() }),
]);

/** Bytes of a JSON value as a blob. */
export function jsonBlob(value: unknown): {
  readonly ref: BlobRef;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
} {
  const bytes = new TextEncoder().encode(canonicalJson(value));
  return { ref: refOf(digestOf(bytes)), mediaType: 'application/json', bytes };
}

/** Makes messages storable at consecutive places from `seq` on. */
export function storable(
  agentPath: StepPath,
  seq: number,
  messages: readonly ModelMessage[],
): readonly StoredMessage[] {
  return messages.map((message, index) => {
    const blob = jsonBlob(message);
    return { blob, message: { agentPath, seq: seq + index, ref: blob.ref } };
  });
}

/** Reads stored messages back. */
export function readMessages(stored: readonly Json[]): readonly ModelMessage[] {
  return stored.map(
    (message) =>
      parseAs({ code: 'corrupt-blob', schema: MessageSchema, subject: 'A stored message' }, message) as ModelMessage,
  );
}

/**
 * Ids for the tool calls of an answer: the provider's where they are there and new, else our own, so that every result
 * finds its call.
 */
export function uniqueIds(given: readonly string[], used: ReadonlySet<string>, seq: number): readonly string[] {
  const taken = new Set(used);
  return given.map((id, index) => {
    let own = id === '' || taken.has(id) ? `call_${seq}_${index}` : id;
    while (taken.has(own)) own += '_';
    taken.add(own);
    return own;
  });
}

/** Every tool call id that earlier messages used. */
export function usedIds(messages: readonly ModelMessage[]): ReadonlySet<string> {
  return new Set(messages.flatMap((message) => (message.role === 'assistant' ? message.ids : [])));
}
