import { VIEWS } from '../../state/view.ts';
import { bind } from '../binding.ts';
import { always } from '../context.ts';

/** Going to the views by their numbers. */
export const VIEWS_KEYS = VIEWS.map((view) =>
  bind(`view:${view.name}`, [view.key], 'Views', view.title, `go to ${view.title}`, always),
);
