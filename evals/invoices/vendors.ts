import { JobError } from '../../domain/errors.ts';
import {
  matchVendors,
  nameKey,
  type SupplierNamed,
  type VendorOnFile,
  vatKey,
} from '../../examples/invoice-intake/matching.ts';
import type { Seed } from '../../examples/invoice-intake/seed.ts';
import type { UblDocument } from '../../examples/invoice-intake/ubl/document.ts';
import { readUbl } from '../../examples/invoice-intake/ubl/read-ubl.ts';
import type { DocumentInFile, Documents, OrderInFile } from './data.ts';

/** What the books start with: the vendors of the file under ids of their own, `V-1` onwards, and its orders. */
export function seedOf({ vendors: named, orders, documents }: Documents): Seed {
  const vendors = named.map(({ name, vatId, accounts }, index) => ({
    id: `V-${index + 1}`,
    name,
    vatId: vatId || null,
    accounts,
  }));
  return {
    vendors,
    orders: orders.map((order) => ({
      number: order.number,
      vendor: vendorOfOrder(order, vendors, documents).id,
      currency: order.currency,
      net: order.net,
    })),
  };
}

/**
 * The vendors that a document can be booked to: those of its supplier's name. Where several share it, those whose VAT number
 * agrees with what the document states.
 */
export function vendorsOf(document: DocumentInFile, vendors: readonly VendorOnFile[]): readonly VendorOnFile[] {
  const { supplier } = document.expected;
  const named = vendors.filter(({ name }) => nameKey(name) === nameKey(supplier));
  if (named.length < 2) return named;
  return matchVendors(named, { name: supplier, vatId: readOrNothing(document)?.supplier.vatId ?? null });
}

/** The accounts that a document asks to be paid to; empty when it cannot be read. */
export function statedAccounts(document: DocumentInFile): readonly string[] {
  return readOrNothing(document)?.payeeAccounts ?? [];
}

// An order names its vendor by name alone; where several share it, the documents that name the order tell which it is.
function vendorOfOrder(
  order: OrderInFile,
  vendors: readonly VendorOnFile[],
  documents: readonly DocumentInFile[],
): VendorOnFile {
  const named = vendors.filter(({ name }) => nameKey(name) === nameKey(order.vendor));
  const [one, ...others] = named.length > 0 ? named : vendors.filter((vendor) => hasVat(vendor, order.vendor));
  if (one === undefined) {
    throw new JobError(
      'invalid-input',
      `documents.json: the order "${order.number}" names "${order.vendor}", who is not among the vendors.`,
    );
  }
  if (others.length === 0) return one;
  const suppliers = documents.flatMap((document) => supplierOfOrder(document, order.number));
  return suppliers.flatMap((supplier) => matchVendors([one, ...others], supplier))[0] ?? one;
}

function hasVat({ vatId }: VendorOnFile, text: string): boolean {
  return vatId !== null && vatKey(vatId) !== '' && vatKey(vatId) === vatKey(text);
}

function supplierOfOrder(document: DocumentInFile, number: string): readonly SupplierNamed[] {
  const read = readOrNothing(document);
  const name = read?.supplier.name ?? null;
  return read?.order === number && name !== null ? [{ name, vatId: read.supplier.vatId }] : [];
}

function readOrNothing({ xml }: DocumentInFile): UblDocument | undefined {
  try {
    return readUbl(xml);
  } catch (error) {
    // What cannot be read ends by that in its run; here it only tells nothing.
    if (error instanceof JobError) return undefined;
    throw error;
  }
}
