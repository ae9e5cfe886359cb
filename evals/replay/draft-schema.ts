import { OTHER_DIALECTS, type SchemaObject, withoutKeywords } from '../../jobs/json-schema/keyword-places.ts';

/** The schema of a recorded tool as a validator of draft 2020-12 reads it, and the keywords that it passes over. */
export interface DraftSchema {
  readonly schema: SchemaObject;
  readonly without: readonly string[];
}

const DRAFT = 'https://json-schema.org/draft/2020-12/schema';

/**
 * Leaves out the keywords of other dialects, which an author would be asked about: recordings are as they are, and what they take for
 * valid was found out by the draft alone.
 */
export function draftSchemaOf(recorded: SchemaObject): DraftSchema {
  const without = new Set<string>();
  const schema = withoutKeywords(recorded, ({ keyword, part }) => {
    const isOther =
      OTHER_DIALECTS.includes(keyword) || (keyword === '$schema' && part !== DRAFT && part !== `${DRAFT}#`);
    if (isOther) without.add(keyword);
    return isOther;
  });
  return { schema, without: [...without] };
}

/** What is said about tools whose schemas are not taken whole, a sentence each. */
export function dialectRemarks(
  tools: Iterable<{ readonly name: string; readonly parameters: SchemaObject }>,
): readonly string[] {
  const remarks = Array.from(tools, ({ name, parameters }) => {
    const { without } = draftSchemaOf(parameters);
    const keywords = without.map((keyword) => `\`${keyword}\``).join(', ');
    return without.length === 0
      ? []
      : [`The tool ${JSON.stringify(name)} is taken without what is not of draft 2020-12: ${keywords}.`];
  });
  return [...new Set(remarks.flat())];
}
