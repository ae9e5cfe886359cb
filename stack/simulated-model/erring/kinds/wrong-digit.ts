import type { Json } from '../../json.ts';
import { readWords } from '../../meaning/words.ts';
import { type Alter, withCall } from '../alteration.ts';
import { type Leaf, leavesOf, replaced, textOf } from '../places.ts';

/** Texts that nobody books by: a digit in them changes nothing that matters. */
const PROSE = ['note', 'text', 'description'] as const;

/** Another digit in an amount, a number, an account or an id. */
export const wrongDigit: Alter = ({ calls, dice }) => {
  const places = calls.flatMap(({ arguments: given }, index) =>
    leavesOf(given)
      .filter(hasDigits)
      .map((leaf) => ({ ...leaf, index })),
  );
  const place = dice.pick(places);
  const call = place && calls[place.index];
  if (!place || !call) return undefined;
  const written = String(place.value);
  const at = dice.pick([...written.matchAll(/\d/g)].map(({ index }) => index)) ?? 0;
  const digit = (Number(written[at]) + 1 + dice.below(9)) % 10;
  const text = `${written.slice(0, at)}${digit}${written.slice(at + 1)}`;
  const value: Json = typeof place.value === 'number' ? Number(text) : text;
  return {
    spoken: withCall(calls, place.index, {
      name: call.name,
      arguments: JSON.stringify(replaced(call.arguments, place.path, value)),
    }),
    what: `${call.name}: ${textOf(place.path)} became "${text}", not "${written}".`,
  };
};

function hasDigits({ path, value }: Leaf): boolean {
  if (typeof value !== 'string' && typeof value !== 'number') return false;
  // A number in scientific notation has digits that are no decimals.
  if (!/\d/.test(String(value)) || (typeof value === 'number' && /e/.test(String(value)))) return false;
  const { tags } = readWords(String(path.findLast((step) => typeof step === 'string') ?? ''));
  return !PROSE.some((tag) => tags.includes(tag));
}
