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
