import { Worker } from 'node:worker_threads';
import { JobError } from 'holdfast';
import { unreadable } from '../ubl/xml-element.ts';
import type { Parsed, ToParse } from './parsed.ts';
import { createTurnstile } from './turnstile.ts';

/** What bounds the reading of one document. */
export interface ParseLimits {
  /** From the start of its thread, in milliseconds. */
  readonly timeMs: number;
  /** Heap and buffers together, in megabytes. */
  readonly memoryMb: number;
}

/** What a thread answers. */
type Answer =
  | { readonly kind: 'parsed'; readonly parsed: Parsed }
  | { readonly kind: 'refused'; readonly sentence?: string };

/** 20 seconds and 512 MB: the largest document that is taken needs a fraction of both. */
const PARSE_LIMITS: ParseLimits = { timeMs: 20_000, memoryMb: 512 };

const WATCH_MS = 100;
const MEGABYTE = 1024 * 1024;
const PARSER = new URL('./parse-worker.ts', import.meta.url);
// What is read at once in one process, so that a pile of bad documents cannot take all memory.
const turnstile = createTurnstile(2);

/**
 * Reads a document in a thread of its own, which is killed past its limits: whatever is in it, this process goes on.
 * @throws JobError `invalid-input` with one sentence that names the fault and the fix
 */
export async function parseInThread(
  work: ToParse,
  { signal, limits = PARSE_LIMITS, parser = PARSER }: { signal?: AbortSignal; limits?: ParseLimits; parser?: URL } = {},
): Promise<Parsed> {
  return turnstile(async () => {
    signal?.throwIfAborted();
    const thread = new Worker(parser, {
      workerData: work,
      resourceLimits: { maxOldGenerationSizeMb: limits.memoryMb, maxYoungGenerationSizeMb: 64 },
      stdout: true,
      stderr: true,
    });
    const answered = Promise.withResolvers<Parsed>();
    thread.once('message', (answer: Answer) => {
      if (answer.kind === 'parsed') answered.resolve(answer.parsed);
      else answered.reject(refusal(answer.sentence));
    });
    thread.once('error', (error) => answered.reject(failure(error, limits)));
    thread.once('exit', () => answered.reject(refusal(undefined)));
    const stopWatching = watch(thread, { limits, signal, fail: answered.reject });
    try {
      return await answered.promise;
    } finally {
      stopWatching();
      await thread.terminate();
    }
  });
}

interface Watched {
  readonly limits: ParseLimits;
  readonly signal: AbortSignal | undefined;
  readonly fail: (reason: unknown) => void;
}

function watch(thread: Worker, { limits, signal, fail }: Watched): () => void {
  const late = setTimeout(() => fail(tooSlow(limits)), limits.timeMs);
  // A heap limit does not count buffers, and it is buffers that a compressed bomb fills.
  const weigh = setInterval(() => {
    thread.getHeapStatistics().then(
      ({ used_heap_size: heap, external_memory: buffers }) => {
        if (heap + buffers > limits.memoryMb * MEGABYTE) fail(tooHeavy(limits));
      },
      () => undefined,
    );
  }, WATCH_MS);
  const abort = (): void => fail(signal?.reason);
  signal?.addEventListener('abort', abort);
  return () => {
    clearTimeout(late);
    clearInterval(weigh);
    signal?.removeEventListener('abort', abort);
  };
}

function failure(error: unknown, limits: ParseLimits): unknown {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooHeavy(limits) : refusal(undefined, error);
}

function tooSlow({ timeMs }: ParseLimits): JobError {
  return unreadable(
    `took longer than ${timeMs / 1000} seconds to read and was given up; ask the sender for a simpler one.`,
  );
}

function tooHeavy({ memoryMb }: ParseLimits): JobError {
  return unreadable(
    `needs more than ${memoryMb} MB of memory to read and was given up; ask the sender for a simpler one.`,
  );
}

function refusal(sentence: string | undefined, cause?: unknown): JobError {
  return sentence === undefined
    ? unreadable('cannot be read; ask the sender for it again, or for another format.', cause)
    : new JobError('invalid-input', sentence, { cause });
}
