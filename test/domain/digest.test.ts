import { expect, test } from '@jest/globals';
import { callKeyOf, digestOf, digestOfJson, identityDigest, refOf, runIdOf } from '../../domain/digest.ts';
import { DEFAULT_TENANT, parseRunId, parseStepPath, parseTenant } from '../../domain/ids.ts';

const ACME = parseTenant('acme');
const RUN = parseRunId('invoice-intake.AAAAAAAAAAAAAAAAAAAAAA');
const STEP = parseStepPath('propose/turn-3/find_vendor');

test('digestOf is SHA-256 in base64url, of a text by its UTF-8 bytes', () => {
  // FIPS 180-4, the digest of the three letters abc.
  expect(digestOf('abc')).toBe('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0');
  expect(digestOf(new TextEncoder().encode('€'))).toBe(digestOf('€'));
});

test('digestOfJson is the digest of the canonical text', () => {
  expect(digestOfJson({ b: 1, a: [true] })).toBe(digestOf('{"a":[true],"b":1}'));
});

test('refOf is the first 22 characters of a digest', () => {
  expect(refOf(digestOf('abc'))).toBe('ungWv48Bz-pBQUDeXa4iI7');
});

test('callKeyOf names a call by tenant, run and step and by nothing else [domain.keys-stable]', () => {
  expect(callKeyOf({ tenant: ACME, runId: RUN, stepPath: STEP })).toBe('p62l_apaxaogKD67Co7s70DGWtNIJdmAasyWkOwYvsc');
});

test('callKeyOf differs as soon as tenant, run or step differs [domain.keys-stable]', () => {
  const call = { tenant: ACME, runId: RUN, stepPath: STEP };
  const keys = [
    call,
    { ...call, tenant: DEFAULT_TENANT },
    { ...call, runId: parseRunId('invoice-intake.AAAAAAAAAAAAAAAAAAAAAB') },
    { ...call, stepPath: parseStepPath('propose/turn-3/find_vendor#2') },
  ].map(callKeyOf);
  expect(new Set(keys).size).toBe(4);
});

test('runIdOf names a run by its job and its identity [domain.keys-stable]', () => {
  const run = { tenant: ACME, job: 'invoice-intake', identity: ['mail-17', 3, true, null] };
  expect(runIdOf(run)).toBe('invoice-intake.9lsEkHD7SXKWSsxCnqWNbM');
  expect(parseRunId(runIdOf(run))).toBe(runIdOf(run));
});

test.each([
  ['tenant', { tenant: DEFAULT_TENANT, job: 'intake', identity: ['1'] }],
  ['job', { tenant: ACME, job: 'other', identity: ['1'] }],
  ['type of a part', { tenant: ACME, job: 'intake', identity: [1] }],
  ['order of the parts', { tenant: ACME, job: 'intake', identity: ['1', '2'] }],
])('runIdOf differs with the %s', (_, run) => {
  const other = { tenant: ACME, job: 'intake', identity: run.identity.length === 2 ? ['2', '1'] : ['1'] };
  expect(runIdOf(run)).not.toBe(runIdOf(other));
});

test('identityDigest tells neighbouring parts apart', () => {
  expect(identityDigest(['a', 'b'])).toBe('BHPvLcDTJKtlnTWAwRNOnYEgNZBcR4H91tUpsMaGDhM');
  expect(identityDigest(['ab'])).not.toBe(identityDigest(['a', 'b']));
});
