const ENDS_A_TITLE = /\[([a-z][a-z-]*\.[a-z][a-z0-9-]*)\](?=(?: \[[a-z.0-9-]+\])*['"`])/g;
const IN_A_COMMENT = /\[([a-z][a-z-]*\.[a-z][a-z0-9-]*)\]/g;
const COMMENT = /\/\*\*[\s\S]*?\*\/|\/\/.*$/gm;

/** The promises that a test file cites: ids in brackets at the end of a title. */
export function citedInTitles(text: string): readonly string[] {
  return [...text.matchAll(ENDS_A_TITLE)].map(([, id = '']) => id);
}

/** The promises that a benchmark or a type test cites: ids in brackets in a comment. */
export function citedInComments(text: string): readonly string[] {
  const comments = [...text.matchAll(COMMENT)].map(([comment]) => comment).join('\n');
  return [...comments.matchAll(IN_A_COMMENT)].map(([, id = '']) => id);
}
