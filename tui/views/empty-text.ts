import type { Watched } from '../state/watched.ts';

/** What stands in a list without rows: why it can't be told, that it is being read, or that there is nothing. */
export function emptyText(
  { trouble, isRead }: Pick<Watched<never>, 'trouble' | 'isRead'>,
  nothing: string,
): string {
  return trouble ?? (isRead ? nothing : 'reading …');
}
