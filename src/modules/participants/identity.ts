/** Guests' identities are `g_…`, users' `u_…`. */
export const isGuest = (identity: string): boolean => identity.startsWith('g_');

/** One that we gave; others were made up by programs that sign join tokens themselves, or are our recorder's. */
export const isOurs = (identity: string): boolean => isGuest(identity) || identity.startsWith('u_');
