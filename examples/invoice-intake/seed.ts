import type { VendorOnFile } from './matching.ts';

/** An order as the books are given it. */
export interface OrderToSeed {
  readonly number: string;
  /** The vendor's id. */
  readonly vendor: string;
  readonly currency: string;
  readonly net: string;
}

/** What the books start with: the body of POST /seed. */
export interface Seed {
  readonly vendors: readonly VendorOnFile[];
  readonly orders: readonly OrderToSeed[];
}

/** The vendors and orders that the sample documents refer to. */
export const SEED: Seed = {
  vendors: [
    {
      id: 'V-117',
      name: 'Nordlicht Bürobedarf GmbH',
      vatId: 'DE 100000117',
      accounts: ['DE89 3704 0044 0532 0130 00'],
    },
    {
      id: 'V-388',
      name: 'Gasthof Lindenhof, Richter & Söhne KG',
      vatId: 'DE100000388',
      accounts: ['DE75512108001245126199'],
    },
    { id: 'V-093', name: 'Elbe Logistik AG', vatId: 'DE100000093', accounts: ['DE02 1203 0000 0000 2020 51'] },
    {
      id: 'V-204',
      name: 'Schwarzwald Präzisionsteile GmbH',
      vatId: 'DE100001204',
      accounts: ['DE02 7002 0270 0010 1086 69'],
    },
    {
      id: 'V-031',
      name: 'Hansa Maschinenbau GmbH & Co. KG',
      vatId: 'DE100000031',
      accounts: ['DE02 5001 0517 0137 0750 30', 'DE02 2005 0550 1015 8712 37'],
    },
    {
      id: 'V-245',
      name: 'Alster Druck & Medien GmbH',
      vatId: 'DE100000245',
      accounts: ['DE12 5001 0517 0648 4898 90'],
    },
    { id: 'V-256', name: 'Feldmann Gartenbau e.K.', vatId: 'DE100000256', accounts: ['DE27 1007 7777 0209 2997 00'] },
    {
      id: 'V-267',
      name: 'Küstentee Handelsgesellschaft mbH',
      vatId: 'DE100000267',
      accounts: ['DE26 2004 1133 0083 8033 00'],
    },
  ],
  orders: [
    { number: 'KW-4711', vendor: 'V-117', currency: 'EUR', net: '1710.00' },
    { number: 'KW-4718', vendor: 'V-093', currency: 'EUR', net: '1150.00' },
    { number: 'KW-4722', vendor: 'V-204', currency: 'EUR', net: '4200.00' },
    { number: 'KW-4690', vendor: 'V-031', currency: 'EUR', net: '19500.00' },
    { number: 'KW-4730', vendor: 'V-245', currency: 'EUR', net: '1184.50' },
    { number: 'KW-4731', vendor: 'V-256', currency: 'EUR', net: '1430.00' },
  ],
};
