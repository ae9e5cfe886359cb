import { expect, test } from '@jest/globals';
import { load, refusal } from './config-folder.ts';

const secretOf = (bytes: number): string => `whsec_${Buffer.alloc(bytes, 7).toString('base64')}`;
const ONE = 'triggers: { mail: { job: probe, secretRef: "env:MAIL_SECRET" } }';

test('a trigger has its secret from where its reference says, in the default tenant unless it names one [triggers.configured]', () => {
  expect(load(ONE, { env: { MAIL_SECRET: secretOf(32) } }).triggers).toEqual({
    mail: { tenant: 'default', job: 'probe', secrets: [secretOf(32)] },
  });
});

test('a trigger may have several secrets, and none of them shows in what the configuration comes to [triggers.configured]', () => {
  const yaml = 'triggers: { mail: { tenant: acme, job: probe, secretRef: ["env:NEW", "file:old.txt"] } }';
  const config = load(yaml, { env: { NEW: secretOf(24) }, files: { 'old.txt': `${secretOf(64)}\n` } });
  expect(config.triggers['mail']).toEqual({ tenant: 'acme', job: 'probe', secrets: [secretOf(24), secretOf(64)] });
  expect(JSON.stringify(config.effective)).toContain('["env:NEW","file:old.txt"]');
  expect(JSON.stringify(config.effective)).not.toContain('whsec_');
});

test.each([
  ['of another form', 'hunter2'],
  ['that is too short', secretOf(23)],
  ['that is too long', secretOf(65)],
  ['that is no base64', `whsec_${'?'.repeat(44)}`],
])('a secret %s is refused by its key and not shown [triggers.configured]', (_what, secret) => {
  const sentence = refusal(ONE, { env: { MAIL_SECRET: secret } });
  expect(sentence).toBe(
    '`triggers.mail.secretRef` refers to env:MAIL_SECRET, which must hold whsec_ and the base64 of 24 to 64 bytes; what stands there is not shown.',
  );
});

test.each([
  ['pasted into the file', `"${secretOf(32)}"`, 'secretRef'],
  ['pasted into a list', `["env:MAIL_SECRET", "${secretOf(32)}"]`, 'secretRef.1'],
  ['pasted into a list of lists', `[["${secretOf(32)}"]]`, 'secretRef'],
])('a secret that is %s is refused and not shown [triggers.configured]', (_what, secretRef, key) => {
  const sentence = refusal(`triggers: { mail: { job: probe, secretRef: ${secretRef} } }`);
  expect(sentence).toMatch(/ must be env:NAME or file:PATH.*; what stands there is not shown/);
  expect(sentence).toContain(`\`triggers.mail.${key}`);
  expect(sentence).not.toContain('whsec_');
});

test.each([
  ['no secret', '[]'],
  ['six secrets', '["env:A", "env:B", "env:C", "env:D", "env:E", "env:F"]'],
])('a trigger with %s is refused with the bound', (_what, secretRef) => {
  expect(refusal(`triggers: { mail: { job: probe, secretRef: ${secretRef} } }`)).toMatch(/a list of 1 to 5 of them/);
});
