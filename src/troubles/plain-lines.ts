/** Colours, cursor movements and titles of terminals (ECMA-48: CSI and OSC). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what they begin with
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?)/g;
/** What chats and web pages put into text to direct it; nobody sees it. */
const INVISIBLE = /[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;
const QUOTES: readonly (readonly [RegExp, string])[] = [
  [/[“”„«»]/g, '"'],
  [/[‘’‚]/g, "'"],
  [/\u00a0/g, ' '],
];
/** Persian and Arabic digits, in the order of their numbers. */
const DIGITS = '۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩';
const FOREIGN_DIGITS = new RegExp(`[${DIGITS}]`, 'g');
const IS_ASCII = /^[\t\n\r -~]*$/;

/** What stands before the words of a program: by journald and syslog, docker compose, and containerd. */
const PREFIXES: readonly RegExp[] = [
  /^(?:[A-Z][a-z]{2} [ \d]\d [\d:.]{8,15}|\d{4}-\d\d-\d\d[T ][\d:.,]{8,18}(?:Z|[+-][\d:]{4,6})?) \S+ [\w.@/-]+(?:\[\d+\])?: /,
  /^[\w.-]+ +\| /,
  /^\d{4}-\d\d-\d\dT\S+ std(?:out|err) [FP] /,
];
/** Nobody nests them deeper: compose below journald below a container. */
const MOST_PREFIXES = 3;

/** Lines that a log keeps within JSON of its own: Docker's files, and `journalctl -o json`. */
const WRAPPED = /^\{.*"(?:log|MESSAGE)" ?: ?"/;

/**
 * The lines of a log as the program that wrote them meant them: without colours, without what collectors of logs put
 * before or around each line, and without what chats do to a text that is pasted into them.
 */
export function plainLines(text: string): string {
  return text
    .split(/\r\n|\n|\r|\u2028/)
    .map(plainLine)
    .join('\n');
}

function plainLine(line: string): string {
  const clean = withoutPrefixes(withoutDecoration(line));
  return WRAPPED.test(clean) ? unwrapped(clean) : clean;
}

function withoutDecoration(line: string): string {
  if (IS_ASCII.test(line)) return line;
  const bare = line.replace(ESCAPES, '').replace(INVISIBLE, '');
  const quoted = QUOTES.reduce((text, [pattern, plain]) => text.replace(pattern, plain), bare);
  return quoted.replace(FOREIGN_DIGITS, (digit) => String(DIGITS.indexOf(digit) % 10));
}

function withoutPrefixes(line: string): string {
  let rest = line;
  for (let n = 0; n < MOST_PREFIXES; n += 1) {
    const found = PREFIXES.map((prefix) => prefix.exec(rest)).find((match) => match !== null);
    if (!found) return rest;
    rest = rest.slice(found[0].length);
  }
  return rest;
}

function unwrapped(line: string): string {
  try {
    const { log, MESSAGE } = JSON.parse(line) as { readonly log?: unknown; readonly MESSAGE?: unknown };
    const inner = log ?? MESSAGE;
    return typeof inner === 'string' ? withoutDecoration(inner.trimEnd()) : line;
  } catch {
    return line;
  }
}
