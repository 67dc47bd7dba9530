import { expect, test } from 'bun:test';
import { isAdminBy } from './admin-claim.ts';

test('a claim makes an admin when it is the value, holds it, or has it at the end of a path', () => {
  const claims = {
    role: 'admin',
    groups: ['staff', 'didar-admins'],
    owner: true,
    realm_access: { roles: ['admin'] },
    'https://example.org/roles': ['boss'],
  };
  for (const claim of [
    'role=admin',
    'groups=didar-admins',
    'owner=true',
    'realm_access.roles=admin',
    'https://example.org/roles=boss',
  ])
    expect([claim, isAdminBy(claim, claims)]).toEqual([claim, true]);
  for (const claim of ['role=adm', 'groups=admins', 'none=undefined', 'role.x=admin', 'realm_access=admin'])
    expect([claim, isAdminBy(claim, claims)]).toEqual([claim, false]);
});
