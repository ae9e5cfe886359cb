import { isList, isObject, type Json, type JsonObject } from '../json.ts';

/** Where a value stands in arguments: names of properties and places in lists. */
export type Path = readonly (string | number)[];

/** A value that holds no others, with its place. */
export interface Leaf {
  readonly path: Path;
  readonly value: string | number | boolean | null;
}

/** Every text, number, truth value and null in a value, in order. */
export function leavesOf(value: Json, path: Path = []): Leaf[] {
  if (isList(value)) return value.flatMap((entry, index) => leavesOf(entry, [...path, index]));
  if (isObject(value)) return Object.entries(value).flatMap(([name, entry]) => leavesOf(entry, [...path, name]));
  return [{ path, value }];
}

/** The same arguments with another value at a place, or without what stands there. */
export function replaced(given: JsonObject, path: Path, value: Json | undefined): JsonObject {
  const changed = replacedIn(given, path, value);
  return isObject(changed) ? changed : given;
}

/** A place as people read it, such as `lines.2.net`. */
export function textOf(path: Path): string {
  return path.join('.');
}

function replacedIn(given: Json, path: Path, value: Json | undefined): Json | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (isList(given)) {
    return given.flatMap((entry, index) => {
      if (index !== step) return [entry];
      const changed = replacedIn(entry, rest, value);
      return changed === undefined ? [] : [changed];
    });
  }
  if (!isObject(given)) return given;
  const entries = Object.entries(given).flatMap(([name, entry]): [string, Json][] => {
    if (name !== step) return [[name, entry]];
    const changed = replacedIn(entry, rest, value);
    return changed === undefined ? [] : [[name, changed]];
  });
  return Object.fromEntries(entries);
}
