import { FieldsError } from '../problem.ts';

const FORM = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) ([a-z][a-z0-9-]{0,62}\.[A-Za-z0-9_-]{22})$/;

/** Where a page of runs ended. */
export interface RunCursor {
  readonly startedAt: Date;
  readonly runId: string;
}

/** The cursor of the page after a run: opaque to whoever asks. */
export function cursorOf({ startedAt, runId }: RunCursor): string {
  return Buffer.from(`${startedAt.toISOString()} ${runId}`).toString('base64url');
}

/**
 * Reads a cursor.
 * @throws FieldsError when it is none that this API gave
 */
export function readCursor(text: string): RunCursor {
  const [, startedAt, runId] = FORM.exec(Buffer.from(text, 'base64url').toString()) ?? [];
  const at = new Date(startedAt ?? '');
  if (runId !== undefined && !Number.isNaN(at.getTime())) return { startedAt: at, runId };
  throw new FieldsError('The cursor is none of this API; take `next` of the page before, or leave it out.', [
    { at: 'query.cursor', expected: '`next` of the page before' },
  ]);
}
