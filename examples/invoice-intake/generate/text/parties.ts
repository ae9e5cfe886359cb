import type { VendorOnFile } from '../../matching.ts';
import { vendorFrom } from '../generate-invoice.ts';
import type { Random } from '../random.ts';

/** A party as it stands on paper. */
export interface Party {
  readonly name: string;
  readonly street: string;
  readonly city: string;
  readonly phone: string;
  /** As printed; `null` when it is not. */
  readonly vatId: string | null;
}

const ENGLISH = [
  'Harbour & Finch Ltd',
  'Northgate Tools plc',
  'Miller & Sons Limited',
  'Oakfield Office Supplies Ltd',
  'Brightwater Cleaning LLP',
  'Calder Packaging Inc.',
] as const;
const STREETS = ['Hafenstraße', 'Am Markt', 'Lindenweg', 'Mühlgasse'] as const;
const CITIES = ['20457 Hamburg', '80331 München', '50667 Köln', '04109 Leipzig'] as const;

/** Makes up who sends and who receives a document. */
export function supplierFrom(
  random: Random,
  seed: number,
  language: 'de' | 'en',
): { vendor: VendorOnFile; supplier: Party; buyer: Party } {
  const german = vendorFrom(random, seed);
  const vatId = printedVatId(random, german.vatId ?? '');
  const name = language === 'en' && random.oneIn(2) ? random.pick(ENGLISH) : german.name;
  // Without a VAT number the name alone has to tell vendors apart.
  const vendor = { ...german, name: vatId === null ? `Haus ${seed} ${name}` : name };
  return {
    vendor,
    supplier: { ...addressFrom(random), name: vendor.name, vatId },
    buyer: {
      name: 'Kranich Werkzeugbau GmbH',
      street: 'Werkstraße 12',
      city: '33602 Bielefeld',
      phone: '+49 521 55501',
      vatId: random.oneIn(2) ? 'DE811999777' : null,
    },
  };
}

function addressFrom(random: Random): Pick<Party, 'street' | 'city' | 'phone'> {
  return {
    street: `${random.pick(STREETS)} ${random.whole(1, 99)}`,
    city: random.pick(CITIES),
    phone: `+49 40 ${random.whole(100_000, 999_999)}`,
  };
}

// With blanks as often as without, and now and then left out.
function printedVatId(random: Random, plain: string): string | null {
  if (random.oneIn(10)) return null;
  const spaced = `${plain.slice(0, 2)} ${plain.slice(2, 5)} ${plain.slice(5, 8)} ${plain.slice(8)}`;
  return random.oneIn(2) ? spaced : plain;
}
