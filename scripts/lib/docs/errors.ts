import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Glob } from 'bun';
import { STATUSES } from '../../../src/http/statuses.ts';
import { table } from './markdown.ts';

const SRC = join(import.meta.dir, '../../../src');
/** What answers requests. */
const ANSWERS = new Glob('{access,http,jobs,livekit,modules,oidc,recording,db,lib}/**/*.ts');
/** An error that is made with a code and, in the same call, a fix that is written out. */
const WITH_FIX =
  /DomainError\(\s*'(?<code>[a-z_]+)'(?:(?!DomainError\(|\);)[\s\S])*?\bfix:\s*(?:'(?<single>[^']*)'|"(?<double>[^"]*)"|`(?<template>[^`]*)`)/g;

/** The table of `docs/errors.md`: what every code of a problem document means, and what usually helps. */
export function errorTables(): Readonly<Record<string, string>> {
  const fixes = usualFixes();
  return {
    codes: table(
      ['code', 'status', 'meaning', 'what usually helps'],
      Object.entries(STATUSES).map(([code, [status, title]]) => [
        `\`${code}\``,
        String(status),
        title,
        fixes.get(code) ?? '',
      ]),
    ),
  };
}

/** Of each code the fix of the first error that has one; what is filled in at the time is left open. */
function usualFixes(): ReadonlyMap<string, string> {
  const fixes = new Map<string, string>();
  for (const file of [...ANSWERS.scanSync(SRC)].filter((name) => !name.endsWith('.test.ts')).sort()) {
    for (const { groups } of readFileSync(join(SRC, file), 'utf8').matchAll(WITH_FIX)) {
      const fix = groups?.single ?? groups?.double ?? groups?.template?.replace(/\$\{[^}]*\}/g, '…');
      if (groups?.code && fix && !fixes.has(groups.code)) fixes.set(groups.code, fix);
    }
  }
  return fixes;
}
