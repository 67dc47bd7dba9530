import { clean } from './clean.ts';
import { widthOf } from './width.ts';

/** How somebody is called: by the name if there is anything to be seen of it, else by the identity. */
export function nameOf({ name, identity }: { readonly name: string; readonly identity: string }): string {
  const shown = clean(name).trim();
  return widthOf(shown) > 0 ? shown : clean(identity);
}
