type Claims = Readonly<Record<string, unknown>>;

/**
 * Whether the claims hold what makes an admin: `groups=admins` where `groups` is that text, or a list with it in. A
 * name with dots may be one claim (`https://example.org/roles`) or a path into one (`realm_access.roles`).
 */
export function isAdminBy(adminClaim: string, claims: Claims): boolean {
  const [name = '', ...rest] = adminClaim.split('=');
  const wanted = rest.join('=');
  const value = claims[name] ?? valueAt(claims, name.split('.'));
  return (Array.isArray(value) ? value : [value]).some((one) => one !== undefined && String(one) === wanted);
}

function valueAt(claims: Claims, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (at, part) => (typeof at === 'object' && at !== null ? (at as Claims)[part] : undefined),
    claims,
  );
}
