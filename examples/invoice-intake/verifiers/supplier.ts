import type { Finding } from 'holdfast';
import { matchVendors, type SupplierNamed, type VendorOnFile } from '../matching.ts';

/** The one vendor on file that a supplier is; `undefined` when there is none, or more than one. */
export function vendorOf(supplier: SupplierNamed, vendors: readonly VendorOnFile[]): VendorOnFile | undefined {
  const [vendor, ...others] = matchVendors(vendors, supplier);
  return others.length === 0 ? vendor : undefined;
}

/** A supplier as sentences name it. */
export function supplierText({ name, vatId }: SupplierNamed): string {
  return vatId === null ? `"${name}" (without a VAT number)` : `"${name}" (VAT number ${vatId})`;
}

/**
 * The same about a supplier whom an agent read from a text: who is not on file may be misread, so that not the document is
 * taken to be wrong but what was made of it, and in the end a person looks.
 */
export function perhapsMisread(finding: Finding): Finding {
  if (finding.of === 'output') return finding;
  return { ...finding, of: 'output', sentence: `${finding.sentence} An agent read who sends it, and may be wrong.` };
}
