import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { checkTriggers } from '../../api/check-triggers.ts';
import { triggerAt } from '../../api/trigger-at.ts';
import { parseTenant, type Tenant } from '../../client/index.ts';
import { digestOf } from '../../domain/digest.ts';
import { createRegistry } from '../../jobs/registry.ts';
import { probe } from '../fixtures/probe/job.ts';
import { type Answered, type ApiUnderTest, ask, startApiUnderTest } from './fixture.ts';

const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;
const [secret, before, after, foreign] = [newSecret(), newSecret(), newSecret(), newSecret()];

let tenant: Tenant;
let api: ApiUnderTest;

beforeAll(async () => {
  tenant = parseTenant(`test-${randomBytes(5).toString('hex')}`);
  api = await startApiUnderTest({
    tenant,
    triggers: {
      mail: { tenant, job: 'probe', secrets: [secret] },
      turning: { tenant, job: 'probe', secrets: [after, before] },
      theirs: { tenant: `other-${tenant}`, job: 'probe', secrets: [foreign] },
    },
  });
});

afterAll(async () => {
  await api?.close();
});

test('a hundred deliveries of one message at once are one run, started by its trigger [triggers.once]', async () => {
  const message = messageOf(inputText());
  const answers = await Promise.all(Array.from({ length: 100 }, () => deliver('mail', message)));
  expect(new Set(answers.map(({ body }) => body.runId)).size).toBe(1);
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  expect(answers.filter(({ status, body }) => status === 200 && body.existing)).toHaveLength(99);
  const runs = await runsOf(message);
  expect(runs).toMatchObject([{ runId: answers[0]?.body.runId, actor: 'trigger:mail' }]);
  expect(await deliver('mail', message)).toMatchObject({
    status: 200,
    body: { runId: runs[0]?.runId, existing: true },
  });
});

test('another body under the id of a message is refused, and starts nothing [triggers.once]', async () => {
  const first = messageOf(inputText());
  expect(await deliver('mail', first)).toMatchObject({ status: 201 });
  const other = { ...messageOf(inputText()), id: first.id };
  expect(await deliver('mail', other)).toMatchObject({
    status: 409,
    body: { code: 'conflict', detail: expect.stringContaining('another body') },
  });
  expect(await runsOf(other)).toEqual([]);
});

test('two messages with one identity are one run [triggers.once]', async () => {
  const body = inputText();
  const first = await deliver('mail', messageOf(body));
  expect(await deliver('mail', messageOf(body))).toMatchObject({
    status: 200,
    body: { runId: first.body.runId, existing: true },
  });
});

test.each<[string, (message: Message) => Parts]>([
  ['signed with another secret', (message) => signed(message, newSecret())],
  ['whose body was altered', (message) => ({ ...signed(message, secret), body: `${message.body} ` })],
  ['whose id was altered', (message) => altered(signed(message, secret), 'webhook-id', 'another')],
  ['whose time was altered', (message) => altered(signed(message, secret), 'webhook-timestamp', String(seconds() - 1))],
  ['with the signature of another', (message) => ({ ...signed(messageOf('{}'), secret), body: message.body })],
])('a message %s starts nothing and is told nothing [triggers.forged]', async (_what, forge) => {
  const message = messageOf(inputText());
  expect(await send('mail', forge(message))).toMatchObject({
    status: 401,
    body: { code: 'unauthenticated', detail: expect.stringMatching(/^No trigger at this address takes this message/) },
  });
  expect(await runsOf(message)).toEqual([]);
});

test('a trigger that is not there answers as one that was sent a wrong signature [triggers.forged]', async () => {
  const wrong = await send('mail', signed(messageOf(inputText()), newSecret()));
  for (const place of ['nobody', 'constructor', 'theirs']) {
    const answered = await send(place, signed(messageOf(inputText()), place === 'theirs' ? foreign : secret));
    expect({ ...answered.body, instance: '' }).toEqual({ ...wrong.body, instance: '' });
  }
});

test('a message is compared with as many secrets at every address, so that the time it takes tells no trigger [triggers.forged]', () => {
  const triggers = {
    mail: { tenant: 'default', job: 'probe', secrets: [secret] },
    turning: { tenant: 'default', job: 'probe', secrets: [after, before] },
  };
  const at = (trigger: string, of = 'default'): readonly string[] =>
    triggerAt(triggers, { tenant: of, trigger }).secrets;
  for (const secrets of [at('mail'), at('turning'), at('nobody'), at('turning', 'other'), at('constructor')])
    expect(secrets).toHaveLength(2);
  expect(at('mail')).toContain(secret);
  expect(at('nobody')).not.toContain(secret);
  expect(triggerAt({}, { tenant: 'default', trigger: 'mail' }).secrets).toHaveLength(1);
});

test.each<[string, number, string]>([
  ['too old', -301, '301 s behind this clock'],
  ['too new', 302, 'before this clock'],
])(
  'a signature that is %s is refused, and the sentence helps with the clock [triggers.stale]',
  async (_what, by, part) => {
    const message = { ...messageOf(inputText()), at: seconds() + by };
    expect(await deliver('mail', message)).toMatchObject({
      status: 401,
      body: { detail: expect.stringContaining(part) },
    });
    expect(await deliver('mail', { ...message, at: seconds() + Math.sign(by) * 290 })).toMatchObject({ status: 201 });
  },
);

test.each<[string, string, string | undefined]>([
  ['no id', 'webhook-id', undefined],
  ['an id with a dot', 'webhook-id', 'a.1'],
  ['an id that is too long', 'webhook-id', 'a'.repeat(201)],
  ['no time', 'webhook-timestamp', undefined],
  ['a time that is no number', 'webhook-timestamp', '12abc'],
  ['no signature', 'webhook-signature', undefined],
  ['a signature of another form', 'webhook-signature', 'v1'],
  ['a signature of another version', 'webhook-signature', `v2,${'A'.repeat(43)}=`],
])('a message with %s is refused by the name of the header [triggers.malformed]', async (_what, name, value) => {
  const parts = signed(messageOf(inputText()), secret);
  expect(await send('mail', altered(parts, name, value))).toMatchObject({
    status: 401,
    body: { detail: expect.stringContaining(`\`${name}\``) },
  });
});

test('while a secret is changed both are taken, also in one message [triggers.rotation]', async () => {
  for (const key of [before, after]) {
    expect(await send('turning', signed(messageOf(inputText()), key))).toMatchObject({ status: 201 });
  }
  const both = signed(messageOf(inputText()), after);
  const old = new Webhook(newSecret()).sign('x', new Date(), 'y');
  const several = altered(both, 'webhook-signature', `v1a,xyz ${old} ${both.headers['webhook-signature'] ?? ''}`);
  expect(await send('turning', several)).toMatchObject({ status: 201 });
});

test('a message that does not fit its job is refused, and may come again mended under its id [triggers.once]', async () => {
  const wrong = messageOf('{"run": "r"}');
  expect(await deliver('mail', wrong)).toMatchObject({
    status: 400,
    body: { detail: expect.stringContaining('scenario') },
  });
  expect(await deliver('mail', { ...wrong, body: '{"run":' })).toMatchObject({ status: 400 });
  expect(await deliver('mail', { ...wrong, body: inputText() })).toMatchObject({ status: 201 });
});

test('a message that was taken by whoever died before its run was started is started by the next delivery [triggers.crash]', async () => {
  const message = messageOf(inputText());
  const bodyDigest = digestOf(message.body);
  await api.store.deliveries.take({ tenant, trigger: 'mail', messageId: message.id, bodyDigest });
  expect(await deliver('mail', message)).toMatchObject({ status: 201, body: { existing: false } });
  expect(await runsOf(message)).toHaveLength(1);
});

test('a message whose run was started by whoever died before it was settled finds that run [triggers.crash]', async () => {
  const message = messageOf(inputText());
  const bodyDigest = digestOf(message.body);
  await api.store.deliveries.take({ tenant, trigger: 'mail', messageId: message.id, bodyDigest });
  const { runId } = await api.client.start(probe, JSON.parse(message.body) as never, { tenant, actor: 'trigger:mail' });
  expect(await deliver('mail', message)).toMatchObject({ status: 200, body: { runId, existing: true } });
});

test('a trigger of a job that there is not is refused when the API starts', () => {
  const triggers = { mail: { tenant, job: 'mailroom', secrets: [secret] } };
  expect(() => checkTriggers(triggers, createRegistry([probe]))).toThrow(
    expect.objectContaining({ code: 'invalid-config', message: expect.stringContaining('triggers.mail.job') }),
  );
});

interface Message {
  readonly id: string;
  /** Seconds since 1970. */
  readonly at: number;
  readonly body: string;
}

interface Parts {
  readonly headers: Record<string, string>;
  readonly body: string;
}

const seconds = (): number => Math.floor(Date.now() / 1_000);
const inputText = (): string => JSON.stringify({ run: randomUUID(), scenario: 'signal' });
const messageOf = (body: string): Message => ({ id: `msg_${randomUUID()}`, at: seconds(), body });

// By the library of the standard, so that the form is not only our own.
function signed({ id, at, body }: Message, key: string): Parts {
  const signature = new Webhook(key).sign(id, new Date(at * 1_000), body);
  return { headers: { 'webhook-id': id, 'webhook-timestamp': String(at), 'webhook-signature': signature }, body };
}

function altered({ headers, body }: Parts, name: string, value: string | undefined): Parts {
  const { [name]: _, ...others } = headers;
  return { headers: value === undefined ? others : { ...others, [name]: value }, body };
}

function send(trigger: string, { headers, body }: Parts): Promise<Answered> {
  return ask(api.address, `POST /v1/triggers/${tenant}/${trigger}`, { raw: body, headers });
}

function deliver(trigger: string, message: Message): Promise<Answered> {
  return send(trigger, signed(message, secret));
}

async function runsOf({ body }: Message): Promise<readonly { runId: string; actor: string | undefined }[]> {
  const { run } = JSON.parse(body) as { run: string };
  const found = await api.store.runs.list({ tenant, limit: 500 });
  const inputs = await Promise.all(found.map((row) => api.store.blobs.get(tenant, row.inputRef)));
  return found.filter((_, index) => Buffer.from(inputs[index]?.bytes ?? []).includes(run));
}
