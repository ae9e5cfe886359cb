import { sentenceOf } from '../domain/errors.ts';
import { SendError } from './send-error.ts';
import type { Answer } from './dispatcher.ts';
import type { WayOut } from './way-out.ts';

const BODILESS_STATUS = [101, 103, 204, 205, 304];
// undici left the bytes as they came; what describes the connection or the coding no longer holds.
const CONNECTION_HEADERS = ['connection', 'keep-alive', 'transfer-encoding'];

/**
 * A `fetch` of one attempt, for libraries that take one. Bodies are read whole before anything is sent and after all has come;
 * redirects are answers like any other.
 */
export function gateFetch(way: WayOut): typeof globalThis.fetch {
  return async (input, init) => {
    const { address, request } = asRequest(input, init);
    const body = request.body === null ? undefined : new Uint8Array(await request.arrayBuffer());
    const answer = await way.exchange({
      method: request.method,
      address,
      headers: Object.fromEntries(request.headers),
      body,
      signal: init?.signal ?? (input instanceof Request ? input.signal : undefined),
    });
    return responseOf(answer);
  };
}

// A relative address has no meaning to Request, so that one is built on a stand-in that is never reached.
function asRequest(
  input: string | URL | Request,
  init: RequestInit | undefined,
): { address: string; request: Request } {
  if (input instanceof Request) return { address: input.url, request: new Request(input, init) };
  const address = String(input);
  try {
    return { address, request: new Request('http://stand-in.invalid/', { ...init, signal: null }) };
  } catch (cause) {
    throw new SendError(
      { kind: 'not-sent', why: `"${address}" cannot be asked for so: ${sentenceOf(cause)}` },
      { cause },
    );
  }
}

function responseOf(answer: Answer): Response {
  const headers = new Headers();
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value === undefined || CONNECTION_HEADERS.includes(name)) continue;
    for (const one of typeof value === 'string' ? [value] : value) headers.append(name, one);
  }
  const body = BODILESS_STATUS.includes(answer.status) ? null : new Uint8Array(answer.body);
  return new Response(body, { status: answer.status, headers });
}
