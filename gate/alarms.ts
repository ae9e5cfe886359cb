import type { Alarm, AlarmKind } from '../domain/alarm.ts';
import type { RunId } from '../domain/ids.ts';
import { callOf, type Database, type Statement } from './database.ts';
import { oneLine } from './text.ts';

const RAISE = callOf('raise_alarm', 5);
const CLEAR = callOf('clear_alarm', 3);
const OPEN: Statement = {
  name: 'gate.open_alarms',
  text: `select tenant, kind, subject, run_id, sentence, raised_at, seen_at from gate.alarm
    where cleared_at is null and ($1::text is null or tenant = $1 or tenant = '*') and ($2::text is null or run_id = $2)
    order by raised_at desc, alarm_id desc limit $3`,
};
const SWEPT: Statement = { name: 'gate.swept', text: 'select max(swept_at) as swept_at from gate.sweep' };
const MAX_SENTENCE = 1_000;

interface AlarmRow {
  readonly tenant: string;
  readonly kind: AlarmKind;
  readonly subject: string;
  readonly run_id: RunId | null;
  readonly sentence: string;
  readonly raised_at: Date;
  readonly seen_at: Date;
}

/** Which alarm: one of these is open at a time. */
export type AlarmPlace = Pick<Alarm, 'tenant' | 'kind' | 'subject'>;

/** Raises an alarm, or notes that it is still so; `true` when it was not open before. */
export async function raiseAlarm(
  database: Database,
  { tenant, kind, subject, runId, sentence }: AlarmPlace & Pick<Alarm, 'runId' | 'sentence'>,
): Promise<boolean> {
  const values = [tenant, kind, subject, runId ?? null, oneLine(sentence, MAX_SENTENCE)];
  const [row] = await database.query<{ raise_alarm: boolean }>(RAISE, values);
  return row?.raise_alarm === true;
}

/** Clears an alarm; `false` when it was not open. */
export async function clearAlarm(database: Database, { tenant, kind, subject }: AlarmPlace): Promise<boolean> {
  const [row] = await database.query<{ clear_alarm: boolean }>(CLEAR, [tenant, kind, subject]);
  return row?.clear_alarm === true;
}

/** Which alarms; what is absent filters nothing. What concerns all tenants is always among them. */
export interface AlarmQuery {
  readonly tenant?: string;
  readonly runId?: string;
  readonly limit: number;
}

/** Open alarms, the newest first. */
export async function openAlarms(database: Database, { tenant, runId, limit }: AlarmQuery): Promise<readonly Alarm[]> {
  const rows = await database.query<AlarmRow>(OPEN, [tenant ?? null, runId ?? null, limit]);
  return rows.map(({ run_id, raised_at, seen_at, ...row }) => ({
    ...row,
    ...(run_id === null ? {} : { runId: run_id }),
    raisedAt: raised_at,
    seenAt: seen_at,
  }));
}

/** When a sweep ended last; `undefined` when none ever did. */
export async function lastSweep(database: Database): Promise<Date | undefined> {
  const [row] = await database.query<{ swept_at: Date | null }>(SWEPT, []);
  return row?.swept_at ?? undefined;
}
