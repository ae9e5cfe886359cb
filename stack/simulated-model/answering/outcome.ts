import { asText, isList, isObject, jsonTextsIn, parseJson, type Json, type JsonObject } from '../json.ts';
import type { Tag } from '../meaning/lexicon.ts';
import { subjectsOf } from '../meaning/meaning.ts';
import { readWords } from '../meaning/words.ts';

/** A record in a tool result, with what the key above it says it is about. */
interface FoundRecord {
  about: Tag | undefined;
  record: JsonObject;
}

/** What a tool result says: whether anything was found, and the records in it (none in plain prose). */
export interface Outcome {
  found: boolean;
  records: readonly FoundRecord[];
}

/** Words that say there is nothing, or that the call failed: either way the document is all that is known. */
const NEGATIVE =
  /\b(not[\s_-]?found|no (such|match\w*|results?|records?|entries)|none|unknown|does not exist|nicht gefunden|kein(e|er|en)?|error|fail(ed|ure)?|invalid|rejected|refused|denied|unavailable|conflict|fehler|ung(ü|ue)ltig)\b/i;

/** Keys that speak about the call rather than about what was found. */
const ENVELOPE =
  /^(found|exists|ok|success|count|total|status|kind|outcome|code|message|sentence|detail|reason|title|hint|fix|error|page|limit|next|cursor|ref)$/i;

/** Keys that hold what went wrong. */
const COMPLAINTS = ['error', 'errors', 'findings', 'issues', 'fieldErrors'];

/** A result that is nothing but a key, as of a tool that answers with an id. */
const BARE_KEY = /^"?(?<key>[\w./-]{1,40})"?$/;

/** Reads a tool result. Prose around JSON is skipped; without JSON the wording decides. */
export function readOutcome(text: string): Outcome {
  const [json] = jsonTextsIn(text).map(parseJson);
  if (json === undefined || typeof json === 'string') return readWording(text.trim());
  if (isObject(json) && isNegative(json)) return { found: false, records: [] };
  const records = recordsIn(json, undefined);
  return { found: records.length > 0, records };
}

function readWording(text: string): Outcome {
  if (text === '' || NEGATIVE.test(text)) return { found: false, records: [] };
  const id = BARE_KEY.exec(text)?.groups?.['key'];
  return { found: true, records: id === undefined ? [] : [{ about: undefined, record: { id } }] };
}

function isNegative(json: JsonObject): boolean {
  if ([json['found'], json['exists'], json['ok'], json['success']].includes(false) || json['isError'] === true)
    return true;
  return complains(json) || statements(json).some((text) => NEGATIVE.test(text) || /^[45]\d\d$/.test(text));
}

/** What an envelope says about the call. A record with a number or id of its own has a status of its own, too. */
function statements(json: JsonObject): string[] {
  const isRecord = Object.entries(json).some(([name, value]) => !ENVELOPE.test(name) && asText(value) !== null);
  const keys = isRecord ? [] : ['status', 'kind', 'outcome', 'code', 'message'];
  return keys.map((key) => asText(json[key])).filter((text) => text !== null);
}

function complains(json: JsonObject): boolean {
  const told = COMPLAINTS.map((key) => json[key]).filter(
    (value) => value !== undefined && value !== null && value !== false,
  );
  return told.some((value) => !isList(value) || value.length > 0);
}

/** The objects a result is about: itself when it has values of its own, else what its lists and wrappers hold. */
function recordsIn(json: Json, about: Tag | undefined): FoundRecord[] {
  if (isList(json)) return json.flatMap((entry) => recordsIn(entry, about));
  if (!isObject(json)) return [];
  const own = Object.entries(json).filter(([name]) => !ENVELOPE.test(name));
  if (own.some(([, value]) => asText(value) !== null)) return [{ about, record: json }];
  return own.flatMap(([name, value]) => recordsIn(value, subjectsOf(readWords(name).tags)[0] ?? about));
}
