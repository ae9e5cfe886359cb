import { digestOf } from '../domain/digest.ts';
import { READ_ON } from './read-on.ts';

/** The name of the tool call by which an agent hands in its output; no tool may have it. */
export const SUBMIT = 'submit';

const MOST = 64;
const LEGAL = /^[a-zA-Z0-9_-]{1,64}$/;
const SHORTEST_DIGEST = 8;

/**
 * The names under which models know tools: 1 to 64 letters, digits, `_` and `-`. A name of that form is its own; any other one is
 * cut and its other characters become `_`, with a digest of the name behind it where that would be somebody else's name or one
 * of the engine's own. Depends on the set of the names alone, and no two of them get the same.
 * Source: https://platform.openai.com/docs/api-reference/chat/create (`tools[].function.name`)
 */
export function aliasesOf(names: readonly string[]): ReadonlyMap<string, string> {
  const [own, other] = [names.filter((name) => LEGAL.test(name)), names.filter((name) => !LEGAL.test(name))];
  const wanted = Map.groupBy(new Set(other), plain);
  const taken = new Set([SUBMIT, READ_ON, ...own]);
  const aliases = new Map(own.map((name) => [name, name]));
  for (const name of other.toSorted()) {
    const alias =
      wanted.get(plain(name))?.length === 1 && !taken.has(plain(name)) ? plain(name) : digested(name, taken);
    taken.add(alias);
    aliases.set(name, alias);
  }
  return aliases;
}

function plain(name: string): string {
  const readable = name.replaceAll(/[^a-zA-Z0-9_-]/gu, '_').slice(0, MOST);
  return /[a-zA-Z0-9]/.test(readable) ? readable : 'tool';
}

function digested(name: string, taken: ReadonlySet<string>): string {
  const digest = digestOf(name);
  for (let length = SHORTEST_DIGEST; length < digest.length; length += 1) {
    const alias = `${plain(name).slice(0, MOST - 1 - length)}_${digest.slice(0, length)}`;
    if (!taken.has(alias)) return alias;
  }
  return `tool_${digest}`;
}
