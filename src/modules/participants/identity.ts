/** Guests' identities are `g_…`, users' `u_…`. */
export const isGuest = (identity: string): boolean => identity.startsWith('g_');
