import { alternativesOf, propertiesOf, requiredOf } from '../../answering/schema.ts';
import { isList, isObject, type Json, type JsonObject } from '../../json.ts';
import { type Alter, withCall } from '../alteration.ts';
import { type Path, replaced, textOf } from '../places.ts';

/** A required property, or an entry of a list, is left out. */
export const missingPart: Alter = ({ calls, request, dice }) => {
  const places = calls.flatMap(({ name, arguments: given }, index) => {
    const schema = request.tools.find((tool) => tool.name === name)?.parameters ?? {};
    return partsOf(given, schema, schema).map((path) => ({ path, index }));
  });
  const place = dice.pick(places);
  const call = place && calls[place.index];
  if (!place || !call) return undefined;
  return {
    spoken: withCall(calls, place.index, {
      name: call.name,
      arguments: JSON.stringify(replaced(call.arguments, place.path, undefined)),
    }),
    what: `${call.name}: ${textOf(place.path)} was left out.`,
  };
};

function partsOf(value: Json, schema: Json, root: JsonObject): Path[] {
  const alternatives = alternativesOf(schema, root);
  const below = (step: string | number, entry: Json, of: Json): Path[] =>
    partsOf(entry, of, root).map((path) => [step, ...path]);
  if (isList(value)) {
    const entries = alternatives.find((option) => option['items'] !== undefined)?.['items'] ?? {};
    return value.flatMap((entry, index) => [[index], ...below(index, entry, entries)]);
  }
  if (!isObject(value)) return [];
  const required = new Set(alternatives.flatMap(requiredOf));
  const schemas = new Map(alternatives.flatMap(propertiesOf));
  return Object.entries(value).flatMap(([name, entry]) => [
    ...(required.has(name) ? [[name]] : []),
    ...below(name, entry, schemas.get(name) ?? {}),
  ]);
}
