import { z } from 'zod';
import { canonicalJson, type Json } from '../../domain/canonical.ts';
import { sentenceOf } from '../../domain/errors.ts';
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
    ...argumentsOf(call.function?.arguments),
  }));
}

/**
 * The arguments of a call as the object they are to be, or what is wrong with them, as the end of a sentence about them. Nothing at
 * all means no arguments. A text that holds the object is none: what a model meant by it is not guessed.
 */
export function parseArguments(text: string): { readonly value: unknown } | { readonly problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(text === '' ? '{}' : text);
  } catch (error) {
    return { problem: `cannot be read (${sentenceOf(error)}); send the whole object, as JSON` };
  }
  if (typeof value === 'string' && isObject(parsed(value)))
    return { problem: 'are a JSON text that holds the object, which was encoded twice; send the object itself' };
  if (!isObject(value)) return { problem: `are ${kindOf(value)}; send an object with the fields of the tool` };
  try {
    // Half a character, or nesting without end, is not to be found out only where it is stored.
    canonicalJson(value);
    return { value };
  } catch (error) {
    return { problem: `cannot be kept (${sentenceOf(error)})` };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}

// Some servers send the arguments as an object instead of a text.
function argumentsOf(value: unknown): Pick<AskedCall, 'arguments' | 'wasObject'> {
  if (typeof value === 'string') return { arguments: value };
  return value === undefined || value === null
    ? { arguments: '' }
    : { arguments: JSON.stringify(value), wasObject: true };
}
