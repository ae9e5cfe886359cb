import type { ServerResponse } from 'node:http';
import { json, type Received, type Receiver, receiver } from './receiver.ts';

/**
 * What the books do with one request that changes something: answer; enter it and cut the connection; enter it and answer 500;
 * enter it and say nothing; enter nothing and answer 503.
 */
export type BookAnswer = 'ok' | 'cut' | 'error' | 'mute' | 'busy';

/** A system of record that keeps every effect class's promise, and breaks every other one. */
export interface CrashBooks {
  readonly address: string;
  /** What was really done under a key, over all requests. */
  effects(key: string): number;
  sends(key: string): number;
  /** What is done with the next request under a key that changes something. */
  next(key: string, answer: BookAnswer): void;
  /** Lets the books forget that they have seen a key; what was entered stays. */
  forget(key: string): void;
  close(): Promise<void>;
}

/** Starts books on a free port of 127.0.0.1. POST /keyed knows keys, PUT /natural has one place a key; POST /plain acts on every request. */
export async function startCrashBooks(): Promise<CrashBooks> {
  const done = new Map<string, number>();
  const known = new Set<string>();
  const answers = new Map<string, BookAnswer>();
  const enter = (key: string, path: string): void => {
    if (path !== '/plain' && known.has(key)) return;
    known.add(key);
    done.set(key, (done.get(key) ?? 0) + 1);
  };
  const books: Receiver = await receiver((request, response) => {
    const key = String(request.headers['idempotency-key']);
    if (request.method === 'GET') return json(response, 200, { entered: done.has(key) });
    const answer = answers.get(key) ?? 'ok';
    answers.delete(key);
    if (answer !== 'busy') enter(key, request.path);
    reply(response, answer, request);
  });
  return {
    address: books.address,
    effects: (key) => done.get(key) ?? 0,
    sends: (key) =>
      books.received.filter(({ method, headers }) => method !== 'GET' && headers['idempotency-key'] === key).length,
    next: (key, answer) => void answers.set(key, answer),
    forget: (key) => void known.delete(key),
    close: () => books.close(),
  };
}

function reply(response: ServerResponse, answer: BookAnswer, { path }: Received): void {
  switch (answer) {
    case 'ok':
      return json(response, 200, { path });
    case 'error':
      return json(response, 500, {});
    case 'busy':
      return json(response, 503, {});
    case 'cut':
      response.destroy();
      return;
    case 'mute':
  }
}
