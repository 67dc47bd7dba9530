export interface Route {
  readonly method: string;
  readonly path: string;
}

/**
 * Which methods a path answers to, in the words of an Allow header; empty when there is no such path. Asked only
 * for requests that found no route.
 */
export function createMethodTable(routes: readonly Route[]): (path: string) => string {
  const patterns = routes.map(({ method, path }) => ({
    method,
    pattern: patternOf(path),
    isFixed: !/[:*]/.test(path),
  }));
  return (path) => {
    const matching = patterns.filter(({ pattern }) => pattern.test(path));
    // `/room/join` is its own resource, although `/room/:name` matches it too.
    const fixed = matching.filter(({ isFixed }) => isFixed);
    const methods = new Set((fixed.length > 0 ? fixed : matching).map(({ method }) => method));
    if (methods.size === 0) return '';
    if (methods.has('GET')) methods.add('HEAD');
    return [...methods, 'OPTIONS'].join(', ');
  };
}

/** `/room/:name/files/*` as an expression; a slash at the end makes no difference. */
function patternOf(path: string): RegExp {
  const parts = path.replace(/\/$/, '').split('/').map(partPattern);
  return new RegExp(`^${parts.join('/')}/?$`);
}

function partPattern(part: string): string {
  if (part === '*') return '.*';
  if (part.startsWith(':')) return part.endsWith('?') ? '[^/]*' : '[^/]+';
  return part.replace(/[.+*?^${}()|[\]\\]/g, '\\$&');
}
