import type { Answer } from '../../api/types.ts';
import { type Finding, note, ok, wrong } from './finding.ts';

type Alarms = Answer<'GET /v1/alarms'>;

const LATE_MS = 5 * 60_000;
const SHOWN = 20;

/** Judges what is stuck, and whether anybody looks for it. `now` is the API's clock, in milliseconds since the epoch. */
export function judgeAlarms({ alarms, sweptAt }: Alarms, now: number): readonly Finding[] {
  const found = alarms.slice(0, SHOWN).map(({ kind, sentence, runId }) => {
    const look = runId === undefined ? '' : ` \`holdfast show ${runId} --live\` shows the run.`;
    return wrong(
      'alarms',
      `${kind}: ${sentence}`,
      `Do what it says; the alarm ends by itself within a few sweeps.${look}`,
    );
  });
  const more = alarms.length - found.length;
  return [
    ...found,
    ...(more > 0 ? [note('alarms', `and ${more} more; GET /v1/alarms lists them`)] : []),
    ...(alarms.length === 0 ? [ok('alarms', 'nothing is stuck')] : []),
    ...lateness(sweptAt, now),
  ];
}

function lateness(sweptAt: string | undefined, now: number): readonly Finding[] {
  const fix =
    'The process of the API sweeps: see api.log in .holdfast/logs, and that its schedule is not paused in Temporal.';
  if (sweptAt === undefined) return [note('alarms', 'nothing was swept yet, so that what is stuck does not show', fix)];
  const ageMs = now - Date.parse(sweptAt);
  if (ageMs < LATE_MS) return [];
  return [
    wrong(
      'alarms',
      `nothing was swept for ${Math.round(ageMs / 60_000)} minutes, so that what is stuck does not show`,
      fix,
    ),
  ];
}
