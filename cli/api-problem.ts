import { z } from 'zod';
import { isJobErrorCode, JobError } from '../domain/errors.ts';

const ProblemForm = z.object({ code: z.string(), detail: z.string(), instance: z.string().optional() });
const GATEWAY_STATUSES = [502, 503, 504];

/** What went wrong as the one error class: the code of a problem document, else what the answer most likely means. */
export async function errorOf(response: Response, address: string): Promise<JobError> {
  const text = await response.text().catch(() => '');
  const problem = ProblemForm.safeParse(jsonOf(text));
  if (problem.success) {
    const { code, detail } = problem.data;
    // A newer API may know more codes.
    return new JobError(isJobErrorCode(code) ? code : 'internal', withLogIn(code, detail));
  }
  if (GATEWAY_STATUSES.includes(response.status)) {
    return new JobError(
      'unavailable',
      `What stands before the Holdfast API at ${address} answers ${response.status}; try again when the API is back.`,
    );
  }
  return notAnApi(response, address);
}

/** The error for an answer that no Holdfast API gives. */
export function notAnApi(response: Response, address: string): JobError {
  const type = response.headers.get('content-type') ?? 'no content type';
  return new JobError(
    'invalid-response',
    `What answers at ${address} is no Holdfast API (status ${response.status}, ${type}); correct --api or HOLDFAST_API.`,
  );
}

// The API speaks to any client; here there is a command for it.
function withLogIn(code: string, detail: string): string {
  if (code !== 'unauthenticated' || detail.includes('holdfast login')) return detail;
  return `${detail} The command is \`holdfast login NAME\`.`;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
