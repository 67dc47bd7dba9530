/**
 * Puts each text between its markers, `<!-- name -->` and `<!-- /name -->`, in place of what stands there.
 * Throws when a marker is missing.
 */
export function fill(document: string, texts: Readonly<Record<string, string>>): string {
  return Object.entries(texts).reduce((filled, [name, text]) => {
    const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
    const from = filled.indexOf(begin);
    const to = filled.indexOf(end);
    if (from < 0 || to < from) throw new Error(`the document has no place for ${name}: ${begin} … ${end}`);
    return `${filled.slice(0, from + begin.length)}\n${text}\n${filled.slice(to)}`;
  }, document);
}
