/**
 * A foreign text in one line, as a terminal may be shown it: characters that steer a terminal or turn the order of what
 * stands beside them show as `\ufffd`, line ends as a space. Cut at `limit` characters.
 */
export function printable(text: string, limit = Number.POSITIVE_INFINITY): string {
  const shown = text.replaceAll(/\s+/gu, ' ').replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '\ufffd');
  return shown.length <= limit ? shown : `${shown.slice(0, limit - 1)}…`;
}
