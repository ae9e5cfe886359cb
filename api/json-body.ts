import type { FastifyRequest } from 'fastify';
import { JobError } from '../domain/errors.ts';

const MAX_DEPTH = 200;

/**
 * Reads a JSON body. A route whose body is signed as a whole gets the bytes.
 * @throws JobError `invalid-input` for what is no UTF-8 or no JSON, or is nested deeper than 200
 */
export async function jsonBody(request: FastifyRequest, bytes: Buffer): Promise<unknown> {
  const { config } = request.routeOptions;
  if (config.raw === true) return bytes;
  if (bytes.length === 0) return undefined;
  return parseJson(bytes);
}

/**
 * The value of JSON bytes.
 * @throws JobError `invalid-input`
 */
export function parseJson(bytes: Uint8Array): unknown {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new JobError('invalid-input', 'The body is no valid JSON in UTF-8; correct it.', { cause });
  }
  if (isDeeperThan(value, MAX_DEPTH))
    throw new JobError('invalid-input', `The body is nested deeper than ${MAX_DEPTH} levels; flatten it.`);
  return value;
}

// Without recursion: it is there to keep what recurses later from a full stack.
function isDeeperThan(value: unknown, most: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > most) return true;
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []));
  }
  return false;
}
