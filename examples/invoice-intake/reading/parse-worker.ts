import { parentPort, workerData } from 'node:worker_threads';
import { JobError } from 'holdfast';
import { parseDocument } from './parse-document.ts';
import type { ToParse } from './parsed.ts';

// A thread for one document. Only the thread that starts it gives it work.
const work = workerData as ToParse;
try {
  parentPort?.postMessage({ kind: 'parsed', parsed: await parseDocument(work) });
} catch (error) {
  const sentence = error instanceof JobError ? error.message : undefined;
  parentPort?.postMessage({ kind: 'refused', sentence });
}
