import { expect, test } from '@jest/globals';
import { DEFAULT_TENANT, isJobName, parseBlobRef, parseRunId, parseStepPath, parseTenant } from '../../domain/ids.ts';

const LONGEST = `a${'-'.repeat(62)}`;
const REF = 'AZaz09-_AZaz09-_AZaz09';
const refused = expect.objectContaining({ code: 'invalid-input' });

test('the tenant of everything that names none is default', () => {
  expect(DEFAULT_TENANT).toBe('default');
});

test.each(['a', 'acme-2', LONGEST])('"%s" names a tenant and a job', (text) => {
  expect(parseTenant(text)).toBe(text);
  expect(isJobName(text)).toBe(true);
});

test.each(['', '2a', '-a', 'Acme', 'a_b', 'a.b', 'a\n', `${LONGEST}a`])(
  '%j names neither a tenant nor a job',
  (text) => {
    expect(() => parseTenant(text)).toThrow(refused);
    expect(isJobName(text)).toBe(false);
  },
);

test('parseRunId reads a job and 22 characters', () => {
  expect(parseRunId(`invoice-intake.${REF}`)).toBe(`invoice-intake.${REF}`);
});

test.each([
  '',
  REF,
  `.${REF}`,
  `invoice-intake.${REF}A`,
  `invoice-intake.${REF.slice(1)}`,
  `Invoice.${REF}`,
  `a.${REF}\n`,
])('parseRunId refuses %j', (text) => {
  expect(() => parseRunId(text)).toThrow(refused);
});

test('parseBlobRef reads 22 characters of base64url', () => {
  expect(parseBlobRef(REF)).toBe(REF);
});

test.each(['', `${REF}A`, REF.slice(1), REF.replace('-', '+'), `${REF}\n`])('parseBlobRef refuses %j', (text) => {
  expect(() => parseBlobRef(text)).toThrow(refused);
});

test.each(['a', 'propose/turn-3/find_vendor#2', 'x'.repeat(200)])('parseStepPath reads "%s"', (text) => {
  expect(parseStepPath(text)).toBe(text);
});

test.each(['', 'x'.repeat(201)])('parseStepPath refuses "%s"', (text) => {
  expect(() => parseStepPath(text)).toThrow(refused);
});
