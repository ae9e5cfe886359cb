import { defineVerifier, verdictOf, type Finding } from 'holdfast';
import { documentOf } from '../document-of.ts';
import { Booking, Source } from '../schemas.ts';
import { findOrder, type OrderOnFile } from '../tools/find-order.ts';
import type { WholeDocument } from '../ubl/document.ts';

const RULE = 'order-on-file';

/** The order that the document names is ours, given to this vendor in this currency; a document that names none needs none. */
export const orderOnFile = defineVerifier({
  name: RULE,
  version: 1,
  input: Source,
  output: Booking,
  tools: { findOrder },
  judge: async ({ input, output }, { findOrder: find }) => {
    const document = documentOf(input);
    if (document.order === null) return verdictOf([]);
    const { orders } = await find({ number: document.order });
    return verdictOf(judgeOrder(document, orders, output.vendor));
  },
});

/** Compares the order that a document names with those on file. That it was billed before is no fault. */
export function judgeOrder(
  document: WholeDocument,
  orders: readonly OrderOnFile[],
  vendor: string,
): readonly Finding[] {
  const { currency, order: number } = document;
  if (number === null) return [];
  const order = orders.find((candidate) => candidate.number === number);
  if (order === undefined) return [fault(`The order "${number}" is not on file; ask the sender for the right number.`)];
  return [
    ...(order.vendor === vendor
      ? []
      : [fault(`The order "${number}" was given to vendor "${order.vendor}", not to vendor "${vendor}".`)]),
    ...(order.currency === currency
      ? []
      : [fault(`The order "${number}" is in ${order.currency}, the document in ${currency}.`)]),
  ];
}

function fault(sentence: string): Finding {
  return { of: 'source', rule: RULE, field: 'order', sentence };
}
