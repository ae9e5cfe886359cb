import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROUTES } from '../../api/contract.ts';
import { openApiDocument } from '../../api/openapi.ts';
import { renderApiPage } from '../../api/render-api-page.ts';
import { VERSION } from '../../api/version.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

test('the checked-in OpenAPI document is what the contract gives [api.document]', () => {
  expect(JSON.parse(read('docs/openapi.json'))).toEqual(openApiDocument());
});

test('the page of the API is what the contract gives [api.document]', () => {
  expect(read('docs/api.md')).toBe(renderApiPage());
});

test('the version of the API is that of the package', () => {
  expect(JSON.parse(read('package.json'))).toMatchObject({ version: VERSION });
});

test('every reference of the document is there [api.document]', () => {
  const text = JSON.stringify(openApiDocument());
  const references = [...text.matchAll(/"\$ref":"#\/components\/([^"]+)"/g)].map(([, path = '']) => path.split('/'));
  expect(references.length).toBeGreaterThan(50);
  const components = openApiDocument()['components'] as Record<string, Record<string, unknown>>;
  expect(references.filter(([part = '', name = '']) => components[part]?.[name] === undefined)).toEqual([]);
  // Nothing refers to a place within one schema, which would mean another in the whole document.
  expect(text).not.toContain('"$ref":"#/$defs');
});

test('the names of the routes stay [api.document]', () => {
  expect(Object.keys(ROUTES)).toEqual([
    'GET /healthz',
    'GET /readyz',
    'GET /v1/openapi.json',
    'POST /v1/log-in',
    'GET /v1/whoami',
    'GET /v1/tokens',
    'POST /v1/tokens',
    'DELETE /v1/tokens/{tokenId}',
    'GET /v1/jobs',
    'GET /v1/jobs/{job}',
    'POST /v1/runs',
    'GET /v1/runs',
    'GET /v1/runs/{runId}',
    'GET /v1/runs/{runId}/timeline',
    'GET /v1/runs/{runId}/events',
    'GET /v1/runs/{runId}/result',
    'POST /v1/runs/{runId}/forks',
    'POST /v1/runs/{runId}/pause',
    'POST /v1/runs/{runId}/resume',
    'POST /v1/runs/{runId}/cancel',
    'POST /v1/runs/{runId}/signal',
    'GET /v1/runs/{runId}/question',
    'POST /v1/runs/{runId}/answer',
    'GET /v1/schedules',
    'POST /v1/schedules',
    'GET /v1/schedules/{schedule}',
    'DELETE /v1/schedules/{schedule}',
    'POST /v1/schedules/{schedule}/pause',
    'POST /v1/schedules/{schedule}/resume',
    'POST /v1/schedules/{schedule}/trigger',
    'POST /v1/triggers/{tenant}/{trigger}',
    'GET /v1/alarms',
    'GET /v1/system',
  ]);
});
