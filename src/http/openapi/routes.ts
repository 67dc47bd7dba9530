import { createHash } from 'node:crypto';
import { Elysia } from 'elysia';
import { version } from '../../../package.json';
import css from './docs.css' with { type: 'text' };
import { docsPage } from './docs-page.ts';
import { type OpenApiDocument, openApiDocument } from './document.ts';
import type { DeclaredRoute } from './operation.ts';

/** `/openapi.json` and `/docs`. Both are made when they are first asked for: most servers never are. */
export const openApiRoutes = (routes: () => readonly DeclaredRoute[]) => {
  let made: OpenApiDocument | undefined;
  const contract = () => {
    made ??= openApiDocument(routes(), version);
    return made;
  };
  return new Elysia({ name: 'openapi', detail: { hide: true } })
    .get('/openapi.json', () => contract())
    .get('/docs', () => new Response(docsPage(contract()), { headers: pageHeaders() }));
};

function pageHeaders(): Record<string, string> {
  const style = createHash('sha256').update(css).digest('base64');
  return {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-cache',
    'content-security-policy': `default-src 'none'; style-src 'sha256-${style}'; frame-ancestors 'none'`,
  };
}
