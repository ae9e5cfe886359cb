/** Makes a switch exhaustive: a new variant breaks the build here, and a foreign value fails at run time. */
export function assertNever(value: never): never {
  throw new TypeError(`No case for ${JSON.stringify(value)}.`);
}
