/** A line of a printed document, cut into what stands apart: by two blanks, a tab, a rule or dotted leaders. */
export interface PrintedLine {
  /** Trimmed and not empty; none when the line is blank. */
  cells: readonly string[];
  /** Characters before the first cell, which tell a right column that stands alone from a left one. */
  indent: number;
}

const GAP = /\s*(?:\.{3,}|(?: \.){3,}|…)\s*|\s{2,}|\t|\s*\|\s*/u;

/** Sentences that speak to whoever reads the document by machine; they are no part of what it states. */
const TO_MACHINES =
  /\b(?:system|assistant|user):|\b(?:language model|system prompt|(?:note|dear|to) (?:the |an )?(?:ai|assistant|model))\b|\b(?:ignor(?:e|iere|ieren)|disregard|forget|vergiss)\b.*\b(?:all|above|previous|prior|instructions?|alle|anweisung(?:en)?)\b/iu;

/** Marks that frame a document, which are no part of it. */
const FRAME = /^\W*(?:BEGIN|END)\s\p{Lu}{3,}/u;

/** The head of a mail: who sent it to whom and when says nothing about the document in it. */
const MAIL_HEAD =
  /(?:^(?:from|to|cc|bcc|reply-to|subject|date|sent|von|an|betreff|datum|gesendet|message-id):.*\r?\n){2,}/imu;

/** The line below the headings of a table that is drawn with bars. */
const TABLE_RULE = /^\s*\|[\s|:+-]*-{3}[\s|:+-]*$/u;

/** Longest line that is looked at; what is longer is no printed line. */
const MAX_CHARACTERS = 400;

/** Lines that are read from either end of a text. */
const MAX_LINES = 1_500;

/** Share of lines followed by a blank one from which a text counts as double-spaced, as one made from HTML often is. */
const DOUBLE_SPACED = 0.6;

/**
 * All lines of a text, with the blank ones unless it is double-spaced. Lines that try to instruct their reader count as
 * blank.
 */
export function printedLines(text: string): PrintedLine[] {
  const lines = endsOf(cutLines(text));
  const written = lines.filter(({ cells }) => cells.length > 0);
  const spaced = lines.filter(({ cells }, index) => cells.length > 0 && lines[index + 1]?.cells.length === 0);
  return spaced.length > DOUBLE_SPACED * written.length ? written : lines;
}

/** So that a hostile text costs little, only the beginning and the end of a very long one are read. */
function endsOf(lines: PrintedLine[]): PrintedLine[] {
  return lines.length <= 2 * MAX_LINES ? lines : [...lines.slice(0, MAX_LINES), ...lines.slice(-MAX_LINES)];
}

function withoutMailHead(text: string): string {
  const head = MAIL_HEAD.exec(text)?.[0] ?? '';
  return /^(?:from|von):/imu.test(head) && /^(?:subject|betreff):/imu.test(head) ? text.replace(head, '\n') : text;
}

function cutLines(text: string): PrintedLine[] {
  return withoutMailHead(text)
    .replaceAll(/[\u00a0\u202f\u2007]/gu, ' ')
    .replaceAll(/\*\*|__|^#+\s/gmu, '')
    .split(/\r?\n|\f/u)
    .filter((line) => !TABLE_RULE.test(line))
    .map((line, index, all) => cutLikeBelow(line, all[index + 1] ?? ''))
    .map((line) => {
      const isLeftOut =
        line.length > MAX_CHARACTERS || TO_MACHINES.test(line) || FRAME.test(line) || /^[\s|=_*+-]*$/u.test(line);
      const cells = isLeftOut ? [] : line.split(GAP).map((cell) => cell.trim());
      return { cells: cells.filter((cell) => cell !== ''), indent: line.length - line.trimStart().length };
    });
}

/** A heading may be moved to the right of its column by the one before it. */
const MOVED = [0, 1, 2];

/**
 * Headings that are too long for their columns stand only one blank apart: they are cut where the row below begins its
 * cells, if they are then as many.
 */
function cutLikeBelow(line: string, below: string): string {
  if (line.length > MAX_CHARACTERS || below.length > MAX_CHARACTERS || /[\d\t]/u.test(line)) return line;
  const [own, wanted] = [line, below].map((text) => text.trim().split(GAP).length);
  if (own === undefined || wanted === undefined || own < 2 || own >= wanted) return line;
  const starts = [...below.matchAll(/(?<=\s{2})\S/gu)].map(({ index }) => index);
  const cut = starts.toReversed().reduce((text, start) => {
    const place = MOVED.map((by) => start + by).find((at) => /^\S \S$/u.test(text.slice(at - 2, at + 1)));
    return place === undefined ? text : `${text.slice(0, place)} ${text.slice(place)}`;
  }, line);
  return cut.trim().split(GAP).length === wanted ? cut : line;
}
