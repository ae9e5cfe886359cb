import type { Random } from '../random.ts';

/** How a document is written. */
export interface Style {
  readonly language: 'de' | 'en';
  /** `1.234,56`, `1,234.56` or `1234.56`. */
  readonly numbers: 'comma' | 'point' | 'plain';
  readonly currency: 'code-before' | 'code-after' | 'symbol-before' | 'symbol-after' | 'stated-once';
  readonly dates: 'iso' | 'dotted' | 'long';
  readonly head: 'pairs' | 'columns' | 'stacked' | 'letter';
  readonly table: 'full' | 'short' | 'rates';
  /** Whether the VAT breakdown is a table of its own or rows among the totals, with or without the taxable amount. */
  readonly vat: 'table' | 'rows' | 'rows-without-base';
  readonly leaders: boolean;
  /** Whether the sum of the lines is written although nothing is added to it. */
  readonly alwaysLineTotal: boolean;
  readonly blanksInAccounts: boolean;
  /** Whether a remark tries to instruct whoever reads the document. */
  readonly injection: boolean;
}

const MONTHS = {
  de: 'Januar Februar März April Mai Juni Juli August September Oktober November Dezember'.split(' '),
  en: 'January February March April May June July August September October November December'.split(' '),
};

/** Chooses how a document is written. The language is given, since names and goods depend on it, too. */
export function styleFrom(random: Random, language: Style['language']): Style {
  return {
    language,
    numbers: random.pick(language === 'de' ? ['comma', 'comma', 'plain'] : ['point', 'point', 'plain']),
    currency: random.pick(['code-before', 'code-after', 'symbol-before', 'symbol-after', 'stated-once']),
    dates: random.pick(language === 'de' ? ['dotted', 'dotted', 'long', 'iso'] : ['long', 'long', 'iso', 'dotted']),
    head: random.pick(['pairs', 'columns', 'stacked', 'letter']),
    table: random.pick(['full', 'full', 'short', 'rates']),
    vat: random.pick(['table', 'rows', 'rows-without-base']),
    leaders: random.oneIn(3),
    alwaysLineTotal: random.oneIn(3),
    blanksInAccounts: random.oneIn(2),
    injection: random.oneIn(8),
  };
}

/** An amount with its currency, as the style has it. */
export function money(amount: string, style: Style): string {
  const written = grouped(amount, style);
  switch (style.currency) {
    case 'code-before':
      return `EUR ${written}`;
    case 'code-after':
      return `${written} EUR`;
    case 'symbol-before':
      return `€${written}`;
    case 'symbol-after':
      return `${written} €`;
    case 'stated-once':
      return written;
  }
}

/** A number without currency, as the style has it. */
export function grouped(amount: string, { numbers }: Style): string {
  if (numbers === 'plain') return amount;
  const [whole = '', cents = ''] = amount.split('.');
  const [group, mark] = numbers === 'comma' ? ['.', ','] : [',', '.'];
  return `${whole.replaceAll(/\B(?=(\d{3})+$)/gu, group)}${cents && mark}${cents}`;
}

/** An ISO date as the style has it. */
export function printedDate(date: string, { dates, language }: Style): string {
  const [year = '', month = '', day = ''] = date.split('-');
  if (dates === 'iso') return date;
  if (dates === 'dotted') return `${day}.${month}.${year}`;
  return `${Number(day)}${language === 'de' ? '.' : ''} ${MONTHS[language][Number(month) - 1] ?? month} ${year}`;
}

/** An IBAN in groups of four or in one piece. */
export function printedAccount(account: string, { blanksInAccounts }: Style): string {
  return blanksInAccounts ? account.replaceAll(/(.{4})(?=.)/gu, '$1 ') : account;
}
