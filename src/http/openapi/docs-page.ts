import css from './docs.css' with { type: 'text' };
import type { OpenApiDocument } from './document.ts';
import type { Json } from './schemas.ts';

type Fields = Readonly<Record<string, Json>>;
type Operation = { readonly method: string; readonly path: string } & Fields;

/** The contract as a page for people: plain HTML, made here, that loads nothing from anywhere. */
export function docsPage(document: OpenApiDocument): string {
  const groups = Map.groupBy(operationsOf(document), tagOf);
  const tags = [...groups.keys()].sort();
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Didar API</title>
<style>${css}</style>
<header><h1>Didar API <small>${text(document.info.version)}</small></h1><p>${text(document.info.description)}</p>
<p>The same for programs: <a href="/openapi.json">/openapi.json</a></p>
<nav>${[...tags, 'schemas', 'codes'].map((tag) => `<a href="#${text(tag)}">${text(tag)}</a>`).join(' ')}</nav></header>
<main>
${tags.map((tag) => section(tag, (groups.get(tag) ?? []).map(operation).join(''))).join('')}
${section('schemas', Object.entries(document.components.schemas).map(schema).join(''))}
${section('codes', codes(document['x-problem-codes']))}
</main>
</html>
`;
}

function operationsOf(document: OpenApiDocument): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, fields]) => ({ ...fields, method: method.toUpperCase(), path })),
  );
}

function tagOf({ tags }: Operation): string {
  return Array.isArray(tags) && typeof tags[0] === 'string' ? tags[0] : 'other';
}

function section(id: string, content: string): string {
  return `<section id="${text(id)}"><h2>${text(id)}</h2>${content}</section>\n`;
}

function operation({
  method,
  path,
  summary,
  parameters,
  requestBody,
  responses,
  security,
}: Operation): string {
  const queries = list(parameters)
    .filter((parameter) => parameter.in === 'query')
    .map((parameter) => row(`?${parameter.name}`, parameter.schema ?? {}));
  const body = schemaIn(requestBody);
  const answers = Object.entries(fields(responses))
    .filter(([status]) => status !== 'default')
    .map(([status, answer]) => row(status, schemaIn(answer) ?? {}));
  return `<article><h3><b>${method}</b> <code>${text(path)}</code>${access(security)}</h3>
<p>${text(String(summary ?? ''))}</p><dl>${[...queries, ...(body ? [row('body', body)] : []), ...answers].join('')}</dl></article>\n`;
}

function access(security: Json | undefined): string {
  if (!Array.isArray(security)) return '';
  return security.length === 0 ? ' <i>open to anyone</i>' : ' <i>a token is optional</i>';
}

function schema([name, content]: [string, Json]): string {
  return `<article id="${text(name)}"><h3><code>${text(name)}</code></h3><pre>${shape(content)}</pre></article>\n`;
}

function codes(table: OpenApiDocument['x-problem-codes']): string {
  const rows = Object.entries(table).map(
    ([code, { status, title }]) =>
      `<tr><td><code>${text(code)}</code></td><td>${status}</td><td>${text(title)}</td></tr>`,
  );
  return `<table><tr><th>code</th><th>status</th><th>title</th></tr>${rows.join('')}</table>`;
}

function row(name: string, content: Json): string {
  const described = shape(content);
  return described === ''
    ? `<dt>${text(name)}</dt><dd></dd>`
    : `<dt>${text(name)}</dt><dd><pre>${described}</pre></dd>`;
}

/** A schema as one would write its type, as HTML. */
function shape(content: Json, indent = ''): string {
  const { $ref, type, enum: words, anyOf, allOf, items, properties, required, const: only } = fields(content);
  if (typeof $ref === 'string') return reference($ref);
  if (Array.isArray(words)) return words.map((word) => text(JSON.stringify(word))).join(' | ');
  if (only !== undefined) return text(JSON.stringify(only));
  const union = list(anyOf).length > 0 ? anyOf : allOf;
  if (Array.isArray(union)) return union.map((part) => shape(part, indent)).join(' | ');
  if (type === 'array') return `[${shape(items ?? {}, indent)}]`;
  if (properties === undefined) return typeof type === 'string' ? text(type + limits(content)) : '';
  const needed = Array.isArray(required) ? required : [];
  const inner = `${indent}  `;
  const lines = Object.entries(fields(properties)).map(
    ([name, property]) =>
      `${inner}${text(name)}${needed.includes(name) ? '' : '?'}: ${shape(property, inner)}`,
  );
  return `{\n${lines.join('\n')}\n${indent}}`;
}

function limits(content: Json): string {
  const { minimum, maximum, minLength, maxLength, format, description } = fields(content);
  const range = [minimum ?? minLength, maximum ?? maxLength];
  const bounds = range.some((bound) => bound !== undefined)
    ? ` ${range.map((bound) => bound ?? '').join('..')}`
    : '';
  return `${bounds}${typeof format === 'string' ? ` (${format})` : ''}${description ? `  ${description}` : ''}`;
}

function reference($ref: string): string {
  const name = text($ref.split('/').at(-1) ?? '');
  return `<a href="#${name}">${name}</a>`;
}

function schemaIn(carrier: Json | undefined): Json | undefined {
  const content = Object.values(fields(fields(carrier).content))[0];
  return fields(content).schema;
}

function fields(value: Json | undefined): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function list(value: Json | undefined): Fields[] {
  return Array.isArray(value) ? value.map((item: Json) => fields(item)) : [];
}

function text(raw: string): string {
  return Bun.escapeHTML(raw);
}
