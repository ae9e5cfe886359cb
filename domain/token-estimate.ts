// What tokenizers split a text at before they merge anything: words, numbers, and two or more marks in a row. A single mark may
// belong to the word behind it, a space to the one after it; one that combines belongs to the marks before it.
const PIECE = /\p{L}[\p{L}\p{M}]*|\p{N}+|[^\s\p{L}\p{M}\p{N}]{2}[^\s\p{L}\p{N}]*/gu;
const SHARE = 0.7;
const TOO_FEW_TO_JUDGE = 200;

/**
 * How many tokens texts have at least, whatever the tokenizer: each word, number or group of marks is one or more, since merges do
 * not cross them. Three quarters of the truth for English and JSON, much less for scripts without spaces.
 */
export function leastTokens(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + piecesOf(text), 0);
}

/**
 * Whether an endpoint that reports so many input tokens cannot have taken in all of a call: below 0.7 of what it has at least.
 * Nothing reported, or 0, proves nothing, and neither does a short call.
 */
export function wasCutShort(reportedTokens: number | undefined, atLeast: number): boolean {
  if (reportedTokens === undefined || reportedTokens <= 0 || atLeast <= TOO_FEW_TO_JUDGE) return false;
  return reportedTokens < SHARE * atLeast;
}

function piecesOf(text: string): number {
  let count = 0;
  PIECE.lastIndex = 0;
  while (PIECE.test(text)) count += 1;
  return count;
}
