const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#34;': '"',
  '&apos;': "'",
  '&#39;': "'",
};

/**
 * The contents of each element of a name, in order. S3 answers with flat XML in which no element holds another of
 * its own name, so that no parser is needed.
 */
export function elements(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}(?:\\s[^>]*)?>([\\s\\S]*?)</${name}>`, 'g'))].map(
    ([, inner = '']) => inner,
  );
}

/** The text of the first element of a name; empty where there is none. */
export function textOf(xml: string, name: string): string {
  return (elements(xml, name)[0] ?? '').replace(/&(?:\w+|#\d+);/g, (entity) => ENTITIES[entity] ?? entity);
}
