import type { Json } from './canonical.ts';

const SECOND_MS = 1_000;

/**
 * A value whose texts have the planned moment filled in: `{scheduledAt}` becomes the moment in ISO 8601
 * and UTC, cut to whole seconds, `{scheduledDate}` its date in the given zone. Names of members stay as they are.
 */
export function withMoment(value: Json, moment: Date, timeZone: string): Json {
  return filled(value, { at: isoSeconds(moment), date: dateIn(moment, timeZone) });
}

function filled(value: Json, moment: { readonly at: string; readonly date: string }): Json {
  if (typeof value === 'string')
    return value.replaceAll('{scheduledAt}', moment.at).replaceAll('{scheduledDate}', moment.date);
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.map((item) => filled(item, moment));
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, filled(item, moment)]));
}

function isoSeconds(moment: Date): string {
  const whole = new Date(Math.floor(moment.getTime() / SECOND_MS) * SECOND_MS);
  return whole.toISOString().replace('.000Z', 'Z');
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

// In the zone of the schedule: at its planned time of day the date of another zone may be the same on two days.
function dateIn(moment: Date, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).formatToParts(moment);
  const part = (type: string): string => parts.find((each) => each.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}`;
}
