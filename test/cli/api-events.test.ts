import { setTimeout as delay } from 'node:timers/promises';
import type { ServerResponse } from 'node:http';
import { afterEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { followEvents, type EventsOptions, type RunEvent } from '../../cli/api-events.ts';
import { problem, startSmallApi, type Respond, type Seen, type SmallApi } from './small-api.ts';

const RUN = `job.${'a'.repeat(22)}`;
const AT = '2026-01-31T09:00:00.000Z';

let api: SmallApi | undefined;

afterEach(async () => {
  await api?.close();
  api = undefined;
});

async function serve(respond: Respond, port = 0): Promise<SmallApi> {
  api = await startSmallApi(respond, port);
  return api;
}

function noted(id: string): RunEvent {
  return { id, at: AT, kind: 'status-noted', status: `zürück ${id} 😀` };
}

const ENDED: RunEvent = { id: 'end', at: AT, kind: 'run-ended', status: 'completed', code: 'completed', sentence: '' };
const EVENTS = [...['1', '2', '3', '4', '5'].map(noted), ENDED];

function stream(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write('retry: 1000\n\n: hello\n\n');
}

function textOf(event: RunEvent): string {
  return `id: ${event.id}\nevent: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`;
}

/** What an API has left for who knows the events up to an id. */
function after(seen: Seen): readonly RunEvent[] {
  const last = seen.headers['last-event-id'];
  return EVENTS.slice(EVENTS.findIndex(({ id }) => id === last) + 1);
}

async function collect(address: string, options: EventsOptions = {}): Promise<readonly RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of followEvents({ address }, RUN, options)) events.push(event);
  return events;
}

test('a stream that is cut at any byte, any number of times, loses nothing and repeats nothing [cli.events]', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat({ max: 700 }), { maxLength: 5 }), async (cuts) => {
      const left = [...cuts];
      const { address, close } = await startSmallApi((seen, response) => {
        stream(response);
        const bytes = Buffer.from(after(seen).map(textOf).join(''));
        const cut = left.shift();
        if (cut === undefined || cut >= bytes.length) response.end(bytes);
        else response.write(bytes.subarray(0, cut), () => response.destroy());
      });
      try {
        expect(await collect(address)).toEqual(EVENTS);
      } finally {
        await close();
      }
    }),
    { numRuns: 40 },
  );
}, 120_000);

test('an API that is killed and started again is found again, and it is told so [cli.events]', async () => {
  const first = await startSmallApi((_, response) => {
    stream(response);
    response.write(EVENTS.slice(0, 2).map(textOf).join(''));
  });
  const told: string[] = [];
  const following = collect(first.address, { onConnection: (state) => told.push(state) });
  await delay(200);
  await first.close();
  await delay(500);
  const second = await serve((seen, response) => {
    stream(response);
    response.end(after(seen).map(textOf).join(''));
  }, first.port);
  await expect(following).resolves.toEqual(EVENTS);
  expect(second.seen.map(({ headers }) => headers['last-event-id'])).toEqual(['2']);
  expect(told).toEqual(['lost', 'back']);
});

test('an API that is ending or limits the rate is asked again [cli.events]', async () => {
  const answers: Respond[] = [
    (_, response) => {
      stream(response);
      response.end(textOf(noted('1')));
    },
    (_, response) => problem(response, 'stack-failed', { status: 503, detail: 'The API is ending.' }),
    (seen, response) => {
      stream(response);
      response.end(after(seen).map(textOf).join(''));
    },
  ];
  const { address } = await serve((seen, response) => answers.shift()?.(seen, response));
  await expect(collect(address)).resolves.toEqual(EVENTS);
});

test('whoever has seen the end gets nothing more, and 204 ends it [cli.events]', async () => {
  const { address, seen } = await serve((_, response) => {
    response.writeHead(204);
    response.end();
  });
  await expect(collect(address, { after: 'end' })).resolves.toEqual([]);
  expect(seen.map(({ headers }) => headers['last-event-id'])).toEqual(['end']);
});

test('an unknown run ends it at once with the code [cli.events]', async () => {
  const { address, seen } = await serve((_, response) =>
    problem(response, 'unknown-run', { status: 404, detail: 'There is no such run.' }),
  );
  await expect(collect(address)).rejects.toMatchObject({ code: 'unknown-run' });
  expect(seen).toHaveLength(1);
});

test('a token that expires in between ends it with the code [cli.events]', async () => {
  const answers: Respond[] = [
    (_, response) => {
      stream(response);
      response.end(textOf(noted('1')));
    },
    (_, response) => problem(response, 'unauthenticated', { status: 401, detail: 'The token expired.' }),
  ];
  const { address } = await serve((seen, response) => answers.shift()?.(seen, response));
  await expect(collect(address)).rejects.toMatchObject({ code: 'unauthenticated' });
});

test('an API that is down from the beginning is unavailable, not waited for [cli.api-down]', async () => {
  const { address, close } = await startSmallApi(() => {});
  await close();
  await expect(collect(address)).rejects.toMatchObject({ code: 'unavailable' });
});

test('who stops following gets what came, without an error, also while the API is lost [cli.events]', async () => {
  const { address } = await serve((seen, response) => {
    if (seen.headers['last-event-id'] !== undefined) return void response.destroy();
    stream(response);
    response.end(textOf(noted('1')));
  });
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 400);
  await expect(collect(address, { signal: stop.signal })).resolves.toEqual([noted('1')]);
});

test('what is no stream of events is told apart [cli.events]', async () => {
  const { address } = await serve((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end('<html>');
  });
  await expect(collect(address)).rejects.toMatchObject({ code: 'invalid-response' });
});
