/** A vendor as the books know it. */
export interface VendorOnFile {
  readonly id: string;
  readonly name: string;
  readonly vatId: string | null;
  readonly accounts: readonly string[];
}

/** A supplier as a document names it. */
export interface SupplierNamed {
  readonly name: string;
  readonly vatId: string | null;
}

/** The text by which two names are the same: Unicode NFC, white space folded, case folded. */
export function nameKey(name: string): string {
  return name.normalize('NFC').trim().replaceAll(/\s+/gu, ' ').toLowerCase();
}

/** A VAT number without separators: only its letters and digits, in capitals. */
export function vatKey(vatId: string): string {
  return vatId.toUpperCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}

/** A text in the one form in which it is compared: Unicode NFC, every white space one blank. */
export function plainText(text: string): string {
  return text.normalize('NFC').replaceAll(/\s+/gu, ' ').trim();
}

/** A document's number as it is told from others of its vendor: whatever white space, case or invisible characters it is written with. */
export function numberKey(number: string): string {
  return plainText(number.normalize('NFKC').replaceAll(/\p{Cf}/gu, '')).toUpperCase();
}

/** A bank account without any white space, as accounts are compared. */
export function accountKey(account: string): string {
  return account.replaceAll(/\s/gu, '');
}

/**
 * The vendors that a named supplier can be: the name is the same, and so is the VAT number where both have one.
 * When a VAT number settles it, vendors without one are left out.
 */
export function matchVendors<V extends Omit<VendorOnFile, 'accounts'>>(
  vendors: readonly V[],
  supplier: SupplierNamed,
): readonly V[] {
  const vat = keyOrNull(supplier.vatId);
  const fitting = vendors.filter((vendor) => {
    const known = keyOrNull(vendor.vatId);
    return nameKey(vendor.name) === nameKey(supplier.name) && (known === null || vat === null || known === vat);
  });
  const settled = fitting.filter((vendor) => vat !== null && keyOrNull(vendor.vatId) === vat);
  return settled.length > 0 ? settled : fitting;
}

function keyOrNull(vatId: string | null): string | null {
  const key = vatKey(vatId ?? '');
  return key === '' ? null : key;
}
