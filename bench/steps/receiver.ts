import { createHash } from 'node:crypto';
import { answerJson, keyOf, serveProcess } from '../measuring/serve-process.ts';

/** What arrived at one path of the receiver. */
export interface Received {
  readonly requests: number;
  /** How many different idempotency keys. */
  readonly keys: number;
  /** SHA-256 over the keys in order, each followed by a line break. */
  readonly keysDigest: string;
}

// The system that every step of the benchmark writes to: answers after 20 ms and counts requests by their key. A process of
// its own; `GET /counts?path=…` tells what arrived at a path.
const ANSWER_MS = 20;
const ID_LENGTH = 22;

const arrived = new Map<string, Map<string, number>>();
let answers = 0;

serveProcess(({ request, response, url, body }) => {
  if (request.method === 'GET') return answerJson(response, countsOf(url.searchParams.get('path') ?? ''));
  JSON.parse(body);
  const keys = arrived.get(url.pathname) ?? new Map<string, number>();
  arrived.set(url.pathname, keys);
  const key = keyOf(request);
  keys.set(key, (keys.get(key) ?? 0) + 1);
  answers += 1;
  const id = String(answers).padStart(ID_LENGTH, '0');
  setTimeout(() => answerJson(response, { id }), ANSWER_MS);
});

function countsOf(path: string): Received {
  const keys = arrived.get(path) ?? new Map<string, number>();
  const hash = createHash('sha256');
  for (const key of [...keys.keys()].toSorted()) hash.update(`${key}\n`);
  return {
    requests: [...keys.values()].reduce((sum, count) => sum + count, 0),
    keys: keys.size,
    keysDigest: hash.digest('hex'),
  };
}
