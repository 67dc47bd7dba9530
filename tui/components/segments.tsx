import { Text } from 'ink';
import { useShown } from '../hooks/use-dashboard.ts';
import { clean } from '../text/clean.ts';
import { isolated } from '../text/direction.ts';
import { lookOf, type Role } from '../theme/theme.ts';

/** A piece of a line in one look. */
export type Segment = string | readonly [text: string, role: Role];

export interface LineProps {
  readonly segments: readonly Segment[];
  /** Old data: the server does not answer. */
  readonly dim?: boolean;
  /** Selected: one block, without the colours of its pieces; what has just changed still stands out. */
  readonly inverse?: boolean;
}

/** One line of text, made of pieces. One layout node however many pieces: rows are the hot path. */
export function Line({ segments, dim = false, inverse = false }: LineProps) {
  const { glyphs, theme } = useShown();
  // Who made the pieces has cleaned what comes from outside, before it was measured: this is the net below.
  const drawn = (text: string) => isolated(clean(glyphs.plain(text)));
  return (
    <Text wrap="truncate" dimColor={dim} inverse={inverse}>
      {isEmpty(segments) && ' '}
      {segments.map((segment, i) => {
        if (typeof segment === 'string') return drawn(segment);
        const [text, role] = segment;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a line have no other identity
          <Text key={i} {...(inverse && role !== 'changed' ? {} : lookOf(role, theme))}>
            {drawn(text)}
          </Text>
        );
      })}
    </Text>
  );
}

/** How wide the pieces are together is up to who made them; this is their plain text. */
export function plainText(segments: readonly Segment[]): string {
  return segments.map((segment) => (typeof segment === 'string' ? segment : segment[0])).join('');
}

/** A line without text would take no line at all. */
function isEmpty(segments: readonly Segment[]): boolean {
  return segments.every((segment) => segment === '' || segment[0] === '');
}
