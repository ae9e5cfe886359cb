import { defineVerifier, verdictOf, type Finding } from 'holdfast';
import { documentOf, isReadByAgent } from '../document-of.ts';
import { matchVendors, type SupplierNamed, type VendorOnFile } from '../matching.ts';
import { Booking, Source } from '../schemas.ts';
import { findVendor } from '../tools/find-vendor.ts';
import { perhapsMisread, supplierText } from './supplier.ts';

const RULE = 'vendor-on-file';

/** The booking's vendor is the one on file that has the supplier's name and VAT number. */
export const vendorOnFile = defineVerifier({
  name: RULE,
  version: 2,
  input: Source,
  output: Booking,
  tools: { findVendor },
  judge: async ({ input, output }, { findVendor: find }) => {
    const { supplier } = documentOf(input);
    const { vendors } = await find(supplier);
    const findings = judgeVendor(supplier, vendors, output.vendor);
    return verdictOf(isReadByAgent(input) ? findings.map(perhapsMisread) : findings);
  },
});

/** Compares the booked vendor with those on file that the supplier can be. */
export function judgeVendor(
  supplier: SupplierNamed,
  vendors: readonly VendorOnFile[],
  booked: string,
): readonly Finding[] {
  const [vendor, ...others] = matchVendors(vendors, supplier);
  const who = supplierText(supplier);
  if (vendor === undefined) {
    return [
      { of: 'source', rule: RULE, sentence: `No vendor on file is ${who}; a person must enter it in the books first.` },
    ];
  }
  if (others.length > 0) {
    const ids = [vendor, ...others].map(({ id }) => id).join(', ');
    return [
      {
        of: 'source',
        rule: RULE,
        sentence: `Several vendors on file can be ${who}: ${ids}; a person must tell them apart in the books.`,
      },
    ];
  }
  if (vendor.id === booked) return [];
  return [
    {
      of: 'output',
      rule: RULE,
      field: 'vendor',
      sentence: `The booking names vendor "${booked}"; ${who} is vendor "${vendor.id}".`,
    },
  ];
}
