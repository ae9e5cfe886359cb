/** A refusal as the OpenAI API words it. */
export class ApiError extends Error {
  /** HTTP status. */
  readonly status: number;
  /** The request field at fault, or `null`. */
  readonly param: string | null;
  /** Machine-readable reason, or `null`. */
  readonly code: string | null;

  constructor(status: number, message: string, detail: { param?: string; code?: string } = {}) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.param = detail.param ?? null;
    this.code = detail.code ?? null;
  }

  /** The body of the answer. */
  toBody(): { error: { message: string; type: string; param: string | null; code: string | null } } {
    const type = this.status >= 500 ? 'server_error' : 'invalid_request_error';
    return { error: { message: this.message, type, param: this.param, code: this.code } };
  }
}
