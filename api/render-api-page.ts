import type { Json } from '../domain/canonical.ts';
import { JOB_ERRORS } from '../domain/errors.ts';
import { openApiDocument, type JsonObject } from './openapi.ts';

/** The page docs/api.md, made from the OpenAPI document. */
export function renderApiPage(): string {
  const document = openApiDocument();
  const operations = Object.entries(document['paths'] as JsonObject).flatMap(([path, methods]) =>
    Object.entries(methods as JsonObject).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      operation: operation as JsonObject,
    })),
  );
  const pages = operations.map(({ name, operation }) => sectionOf(name, operation));
  return `${HEAD}\n${pages.join('\n')}\n${codes()}`;
}

const HEAD = `# The HTTP API

Made from the API's contract by \`npm run docs\`; a test fails when the two differ. The same as an OpenAPI 3.1 document:
[openapi.json](openapi.json), served at \`/v1/openapi.json\`.

Every request but the public ones carries a token: \`Authorization: Bearer <token>\`. \`holdfast login\` gets one for a person; an admin
makes others with \`holdfast token create\`. A token belongs to one tenant, and what lies in another tenant does not exist for it (404).
Bodies are JSON. Whatever goes wrong comes as a problem document of RFC 9457 with one of the codes at the end of this page:

\`\`\`json
{
  "type": "urn:holdfast:problem:unknown-run",
  "title": "unknown-run",
  "status": 404,
  "detail": "There is no run …",
  "instance": "<the request's id, which stands in the log and in the header x-request-id>",
  "code": "unknown-run"
}
\`\`\`
`;

function sectionOf(name: string, operation: JsonObject): string {
  const parameters = (operation['parameters'] ?? []) as readonly JsonObject[];
  const body = operation['requestBody'] as JsonObject | undefined;
  const lines = [
    `## \`${name}\``,
    '',
    `${text(operation['summary'])} ${text(operation['description'] ?? 'For everybody.')}`,
    '',
    ...(parameters.length === 0 ? [] : [...table('parameter', parameters.map(parameterRow)), '']),
    ...(body === undefined ? [] : bodyLines(contentOf(body))),
    ...table('answer', Object.entries(operation['responses'] as JsonObject).map(answerRow)),
    '',
  ];
  return lines.join('\n');
}

function parameterRow({ name, in: where, required, description, schema }: JsonObject): readonly string[] {
  return [
    `\`${text(name)}\` (${text(where)}${required === true ? ', required' : ''})`,
    text(description ?? typeOf(schema)),
  ];
}

function bodyLines(schema: JsonObject): readonly string[] {
  const fields = Object.entries((schema['properties'] ?? {}) as JsonObject);
  const required = (schema['required'] ?? []) as readonly string[];
  if (fields.length === 0) return [`Body: ${text(schema['description'] ?? 'any JSON')}`, ''];
  const rows = fields.map(([name, field]) => [
    `\`${name}\`${required.includes(name) ? ' (required)' : ''}`,
    text((field as JsonObject)['description'] ?? typeOf(field)),
  ]);
  return [...table('field of the body', rows), ''];
}

function answerRow([status, response]: [string, Json]): readonly string[] {
  const { $ref, description } = response as JsonObject;
  return [status, $ref === undefined ? text(description) : `A problem: ${codesOf(text($ref))}.`];
}

function codesOf(reference: string): string {
  const codes = (reference.split('/').at(-1) ?? '').split('-or-');
  return codes.map((code) => `\`${code}\``).join(', ');
}

function contentOf({ content }: JsonObject): JsonObject {
  const [media] = Object.values(content as JsonObject);
  return (media as JsonObject)['schema'] as JsonObject;
}

function typeOf(schema: Json | undefined): string {
  const { type, enum: values } = (schema ?? {}) as JsonObject;
  return values === undefined ? text(type ?? 'JSON') : `One of ${(values as readonly string[]).join(', ')}.`;
}

function codes(): string {
  const rows = Object.entries(JOB_ERRORS).map(([code, traits]) => [
    `\`${code}\``,
    String(traits.httpStatus),
    String(traits.exitCode),
    traits.nonRetryable ? 'no' : 'yes',
  ]);
  const lines = ['| code | HTTP status | exit code of the CLI | worth trying again |', '| --- | --- | --- | --- |'];
  return ['## Codes', '', ...lines, ...rows.map((row) => `| ${row.join(' | ')} |`), ''].join('\n');
}

function table(first: string, rows: readonly (readonly string[])[]): readonly string[] {
  return [`| ${first} | what it is |`, '| --- | --- |', ...rows.map((row) => `| ${row.map(cell).join(' | ')} |`)];
}

function cell(value: string): string {
  return value.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? '');
}
