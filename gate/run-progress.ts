import type { BlobRef, RunId, Tenant } from '../domain/ids.ts';
import type { EndStatus, NotedStatus } from '../domain/run-view.ts';
import { callOf, type Database } from './database.ts';
import { oneLine } from './text.ts';

const NOTE = callOf('note_status', 5);
const CLOSE = callOf('close_run', 7);
const MAX_SENTENCE = 1_000;

/** A change of an open run's status. */
export interface StatusNote {
  readonly tenant: Tenant;
  readonly runId: RunId;
  readonly status: NotedStatus;
  /** What it waits for; absent when it does not wait. */
  readonly waitingFor?: object;
  /** How many turns it has used; absent leaves the count as it is. */
  readonly turns?: number;
}

/** A run's end. */
export interface RunEnd {
  readonly tenant: Tenant;
  readonly runId: RunId;
  readonly status: EndStatus;
  readonly code?: string;
  readonly sentence?: string;
  readonly result?: BlobRef;
  readonly turns?: number;
}

/** Writes the status of an open run; answers `false` when it is closed or not there. */
export async function noteStatus(database: Database, note: StatusNote): Promise<boolean> {
  const waitingFor = note.waitingFor === undefined ? null : JSON.stringify(note.waitingFor);
  const [row] = await database.query<{ note_status: boolean }>(NOTE, [
    note.tenant,
    note.runId,
    note.status,
    waitingFor,
    note.turns ?? null,
  ]);
  return row?.note_status === true;
}

/** Writes a run's end; answers `false`, changing nothing, when it has one or is not there. */
export async function closeRun(database: Database, end: RunEnd): Promise<boolean> {
  const sentence = end.sentence === undefined ? null : oneLine(end.sentence, MAX_SENTENCE);
  const values = [end.tenant, end.runId, end.status, end.code ?? null, sentence, end.result ?? null, end.turns ?? null];
  const [row] = await database.query<{ close_run: boolean }>(CLOSE, values);
  return row?.close_run === true;
}
