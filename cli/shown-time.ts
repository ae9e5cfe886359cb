import { onTerminal } from './terminal.ts';

const DAY_MS = 86_400_000;
const TIME: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' };
const DATE: Intl.DateTimeFormatOptions = {
  month: 'short',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
};

/** A moment: short and in local time for a person at a terminal, as ISO 8601 elsewhere; `-` for none. */
export function shownTime(moment: string | number | undefined, now = Date.now()): string {
  if (moment === undefined) return '-';
  const at = new Date(moment);
  return onTerminal() ? shortTime(at, now) : at.toISOString();
}

/** A moment in local time: hours to seconds within a day from now, else with its date, and the year when it is another. */
export function shortTime(at: Date, now = Date.now()): string {
  if (Math.abs(now - at.getTime()) < DAY_MS / 2) return new Intl.DateTimeFormat('en', TIME).format(at);
  const sameYear = at.getFullYear() === new Date(now).getFullYear();
  return new Intl.DateTimeFormat('en', sameYear ? DATE : { ...DATE, year: 'numeric' }).format(at).replaceAll(',', '');
}

/** A length of time in words of one or two units: `4.1 s`, `12 min 5 s`, `3 h 20 min`, `2 d 4 h`. */
export function shownLength(ms: number): string {
  const seconds = Math.max(0, ms) / 1_000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
