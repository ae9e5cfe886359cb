import { defineVerifier, verdictOf, type Finding } from 'holdfast';
import { documentOf, isReadByAgent } from '../document-of.ts';
import { accountKey, type VendorOnFile } from '../matching.ts';
import { Booking, Source } from '../schemas.ts';
import { findVendor } from '../tools/find-vendor.ts';
import type { WholeDocument } from '../ubl/document.ts';
import { perhapsMisread, supplierText, vendorOf } from './supplier.ts';

const RULE = 'account-on-file';

/** Every account that the document asks to be paid to is on file for its supplier, whatever the document says about it. */
export const accountOnFile = defineVerifier({
  name: RULE,
  version: 2,
  input: Source,
  output: Booking,
  tools: { findVendor },
  judge: async ({ input }, { findVendor: find }) => {
    const document = documentOf(input);
    if (document.payeeAccounts.length === 0) return verdictOf([]);
    const { vendors } = await find(document.supplier);
    const findings = judgeAccounts(document, vendors);
    const isStranger = vendorOf(document.supplier, vendors) === undefined;
    return verdictOf(isStranger && isReadByAgent(input) ? findings.map(perhapsMisread) : findings);
  },
});

/** Compares a document's accounts with those on file, white space aside. */
export function judgeAccounts(
  { payeeAccounts, supplier }: WholeDocument,
  vendors: readonly VendorOnFile[],
): readonly Finding[] {
  const vendor = vendorOf(supplier, vendors);
  const known = new Set(vendor?.accounts.map(accountKey));
  const owner =
    vendor === undefined
      ? `${supplierText(supplier)}, who is no vendor on file`
      : `vendor "${vendor.id}" (${vendor.name})`;
  return payeeAccounts
    .filter((account) => !known.has(accountKey(account)))
    .map((account) => ({
      of: 'source',
      rule: RULE,
      field: 'account',
      sentence: `The account ${account} is not on file for ${owner}; a person must confirm it with the vendor by a known way and enter it in the books.`,
    }));
}
