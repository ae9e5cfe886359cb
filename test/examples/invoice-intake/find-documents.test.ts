import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { deliveryOf } from '../../../examples/invoice-intake/demo/delivery.ts';
import { findDocuments } from '../../../examples/invoice-intake/demo/find-documents.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-find-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('the documents of a folder are found by name, and everything else is named with its reason [start.documents]', async () => {
  for (const name of ['b.pdf', 'a.xml', 'C.EML', 'letter.msg']) await writeFile(join(folder, name), 'x');
  await writeFile(join(folder, 'empty.pdf'), '');
  await writeFile(join(folder, 'large.eml'), '');
  await truncate(join(folder, 'large.eml'), 20 * 1024 * 1024 + 1);
  await mkdir(join(folder, 'more.xml'));
  await symlink('/nowhere/at/all', join(folder, 'gone.xml'));
  const found = await findDocuments(folder);
  expect(found.documents.map(({ name }) => name)).toEqual(['C.EML', 'a.xml', 'b.pdf']);
  expect(found.skipped).toEqual([
    { name: 'empty.pdf', reason: 'it is empty.' },
    { name: 'gone.xml', reason: 'it cannot be read.' },
    { name: 'large.eml', reason: expect.stringMatching(/^it has 20\.1 MB; at most 20 MB are taken/u) },
    { name: 'letter.msg', reason: 'its format is not read; .xml, .pdf, .eml are.' },
    { name: 'more.xml', reason: 'sub-folders are not followed; name it as --documents by itself.' },
  ]);
});

test('a folder that is not there, a file, and a folder without documents are refused in one sentence [start.bad-input]', async () => {
  const empty = join(folder, 'nothing');
  await mkdir(empty);
  await expect(findDocuments(empty)).rejects.toMatchObject({
    code: 'invalid-input',
    message: `The folder ${empty} of --documents holds no document that is taken (.xml, .pdf, .eml): it is empty.`,
  });
  await expect(findDocuments(join(folder, 'none'))).rejects.toMatchObject({
    code: 'invalid-input',
    message: expect.stringContaining('is not there; name a folder of documents.'),
  });
  const file = join(folder, 'file.xml');
  await writeFile(file, 'x');
  await expect(findDocuments(file)).rejects.toMatchObject({
    message: expect.stringContaining('is a file; name a folder'),
  });
});

test('XML in UTF-8 is delivered as text, and everything else as bytes', () => {
  const given = (file: string, bytes: Buffer): object => deliveryOf(file, { source: 's', bytes });
  expect(given('a.XML', Buffer.from('<a>ü</a>'))).toEqual({
    source: 's',
    mediaType: 'application/xml',
    text: '<a>ü</a>',
  });
  const latin = Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><a>ü</a>', 'latin1');
  expect(given('a.xml', latin)).toMatchObject({ base64: latin.toString('base64') });
  expect(given('a.xml', Buffer.from('<a>ü</a>', 'latin1'))).toMatchObject({
    mediaType: 'application/xml',
    base64: expect.any(String),
  });
  expect(given('a.eml', Buffer.from('x'))).toEqual({ source: 's', mediaType: 'message/rfc822', base64: 'eA==' });
  expect(() => given('a.txt', Buffer.from('x'))).toThrow('"a.txt" is none of .xml, .pdf, .eml.');
});
