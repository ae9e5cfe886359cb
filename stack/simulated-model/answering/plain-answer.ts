import { isList, isObject, jsonTextsIn, parseJson, type Json, type JsonObject } from '../json.ts';
import { splitWords } from '../meaning/words.ts';
import type { OfferedTool } from '../serving/chat-request.ts';
import { alternativesOf, descriptionOf, propertiesOf, requiredOf } from './schema.ts';

/** Says of a field that a sentence is to be copied into it. */
const QUOTED = /\b(quotes?|quotation|verbatim|word for word|excerpt)\b/i;

/** A field that stays open. */
const OPEN = undefined;

/**
 * What is handed in for JSON that holds no invoice, by four rules: a field of a name that the JSON has takes its value;
 * one of several words takes the word that the longest text says first, else the last of them; yes or no is whether that
 * text says the field's name; a quote is its first sentence. `undefined` when a required field stays open.
 */
export function plainAnswer(tool: OfferedTool, shown: readonly string[]): JsonObject | undefined {
  const given = shown.flatMap(jsonTextsIn).map(parseJson).find(isObject);
  if (given === undefined) return undefined;
  const [schema] = alternativesOf({ type: 'object', ...tool.parameters }, tool.parameters);
  const properties = propertiesOf(schema ?? {});
  const fields = properties.flatMap(([name, property]) => {
    const value = valueOf({ name, property, root: tool.parameters, given });
    return value === OPEN ? [] : [[name, value] as const];
  });
  const answer = Object.fromEntries(fields);
  return fields.length > 0 && requiredOf(schema ?? {}).every((name) => name in answer) ? answer : undefined;
}

function valueOf(field: { name: string; property: Json; root: JsonObject; given: JsonObject }): Json | undefined {
  const { name, property, root, given } = field;
  const alternatives = alternativesOf(property, root);
  const [schema = {}] = alternatives;
  const same = given[name];
  if (same !== undefined && typeof same === schema['type']) return same;
  const text = longestText(given);
  const options = schema['enum'];
  if (isList(options)) return saidFirst(options, text) ?? options.at(-1);
  if (schema['type'] === 'boolean') return splitWords(name).every((word) => placeOf(word, text) >= 0);
  const isQuote = schema['type'] === 'string' && QUOTED.test(`${name} ${descriptionOf(property, alternatives)}`);
  return isQuote && text !== '' ? firstSentence(text) : OPEN;
}

function longestText(given: JsonObject): string {
  const texts = Object.values(given).filter((value) => typeof value === 'string');
  return texts.reduce((longest, text) => (text.length > longest.length ? text : longest), '');
}

function saidFirst(options: readonly Json[], text: string): Json | undefined {
  const said = options.flatMap((option) => {
    const place = typeof option === 'string' ? placeOf(option, text) : -1;
    return place < 0 ? [] : [{ option, place }];
  });
  return said.toSorted((one, other) => one.place - other.place)[0]?.option;
}

function placeOf(word: string, text: string): number {
  return ` ${splitWords(text).join(' ')} `.indexOf(` ${splitWords(word).join(' ')} `);
}

function firstSentence(text: string): string {
  return (/^\s*[\s\S]+?[.!?](?=\s|$)/u.exec(text)?.[0] ?? text).trim();
}
