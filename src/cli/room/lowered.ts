import type { Room } from '../../modules/rooms/model.ts';

/** What is left to everyone but moderators, in a line. */
export function describeLowered({ lowered }: Room): string {
  if (lowered === null) return 'nothing is lowered';
  const may = [
    `publish ${lowered.publish.join(', ') || 'nothing'}`,
    ...(lowered.subscribe ? [] : ['not hear or see others']),
    ...(lowered.data ? [] : ['not send data']),
  ].join(', ');
  const except = lowered.except.length > 0 ? `, except ${lowered.except.join(', ')}` : '';
  return `all but moderators may ${may}${except}`;
}
