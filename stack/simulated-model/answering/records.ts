import type { JsonObject } from '../json.ts';
import type { Tag } from '../meaning/lexicon.ts';
import type { InvoiceFacts } from '../reading/invoice-facts.ts';
import type { OfferedTool } from '../serving/chat-request.ts';
import type { Knowledge } from './knowledge.ts';
import { recordValues } from './knowledge.ts';
import { subjectOf } from './tool-role.ts';
import type { AnsweredCall } from './transcript.ts';

/** Gathers what look-ups found about the parties and orders of the document, and what they did not find. */
export function gatherKnowledge(
  facts: InvoiceFacts,
  tools: readonly OfferedTool[],
  calls: readonly AnsweredCall[],
): Knowledge {
  const records = new Map<Tag, JsonObject>();
  const asked = new Set<Tag>();
  for (const call of calls) {
    const tool = tools.find(({ name }) => name === call.name);
    const subject = tool && subjectOf(tool);
    if (subject && !isProse(call)) asked.add(subject);
    for (const [about, candidates] of bySubject(call, subject)) {
      const chosen = chooseRecord(candidates, about, { facts, narrowed: Object.keys(call.arguments).length > 0 });
      if (chosen && !records.has(about)) records.set(about, chosen);
    }
  }
  return { facts, records, missing: new Set([...asked].filter((subject) => !records.has(subject))) };
}

/** A result in prose that is not negative: found, but nothing to take from it. */
function isProse({ outcome }: AnsweredCall): boolean {
  return outcome.found && outcome.records.length === 0;
}

function bySubject({ outcome }: AnsweredCall, subject: Tag | undefined): Map<Tag, JsonObject[]> {
  const groups = new Map<Tag, JsonObject[]>();
  for (const { about, record } of outcome.records) {
    const group = about ?? subject ?? 'foreign';
    groups.set(group, [...(groups.get(group) ?? []), record]);
  }
  return groups;
}

/**
 * Picks the record that the document speaks of. A single one that was asked for by the document's own words is taken as
 * it is (whether it is right is for verifiers); of several, or of a whole list, the one that agrees best, if there is one.
 */
function chooseRecord(
  candidates: readonly JsonObject[],
  about: Tag,
  { facts, narrowed }: { facts: InvoiceFacts; narrowed: boolean },
): JsonObject | undefined {
  if (about === 'order' && facts.orderReference === null) return undefined;
  if (candidates.length === 1 && narrowed) return candidates[0];
  const scored = candidates.map((record) => ({ record, score: agreement(record, about, facts) }));
  const best = Math.max(...scored.map(({ score }) => score));
  const leaders = scored.filter(({ score }) => score === best && score > 0);
  return leaders.length === 1 ? leaders[0]?.record : undefined;
}

function agreement(record: JsonObject, about: Tag, facts: InvoiceFacts): number {
  if (about === 'order')
    return Number(holds(recordValues(record, about, ['orderReference', 'orderId']), facts.orderReference));
  if (about !== 'seller') return 0;
  const sameVatId = holds(recordValues(record, about, ['sellerVatId']), facts.sellerVatId);
  const sameName = holds(recordValues(record, about, ['sellerName']), facts.sellerName);
  return 2 * Number(sameVatId) + Number(sameName);
}

function holds(values: readonly string[], wanted: string | null): boolean {
  const plain = (text: string): string => text.toLowerCase().replace(/[^\p{L}\d]/gu, '');
  return wanted !== null && values.some((value) => plain(value) === plain(wanted));
}
