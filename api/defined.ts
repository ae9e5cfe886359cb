/** An object's fields that are not undefined: where a type has a field as absent, `undefined` is no value of it. */
export type Defined<Fields> = { [Name in keyof Fields]: Exclude<Fields[Name], undefined> };

/** A copy of an object without the fields that are undefined. */
export function defined<Fields extends object>(fields: Fields): Partial<Defined<Fields>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<
    Defined<Fields>
  >;
}
