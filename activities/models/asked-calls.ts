import { z } from 'zod';
import { canonicalJson, type Json } from '../../domain/canonical.ts';
import type { AskedCall } from './dialect.ts';

// Tolerant: a call without a name or arguments is still a call, and is answered as an invalid one.
const AskedSchema = z.object({
  tool_calls: z
    .array(
      z.object({
        id: z.string().nullish(),
        function: z.object({ name: z.string().nullish(), arguments: z.unknown() }).nullish(),
      }),
    )
    .nullish(),
});

/** The tool calls of an assistant message as it was stored. */
export function askedCalls(raw: Json): readonly AskedCall[] {
  const parsed = AskedSchema.safeParse(raw);
  if (!parsed.success) return [];
  return (parsed.data.tool_calls ?? []).map((call) => ({
    id: call.id ?? '',
    name: call.function?.name ?? '',
    arguments: argumentsText(call.function?.arguments),
  }));
}

/** The arguments of a call as the object they are to be; `undefined` when they are none. Nothing at all means no arguments. */
export function parseArguments(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text === '' ? '{}' : text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    // Half a character, or nesting without end, is not to be found out only where it is stored.
    canonicalJson(value);
    return value;
  } catch {
    return undefined;
  }
}

// Some servers send the arguments as an object instead of a text.
function argumentsText(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}
