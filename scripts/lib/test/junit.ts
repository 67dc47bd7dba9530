/** What one `bun test` process tells in its JUnit file. */
export interface Results {
  readonly passed: number;
  readonly failures: readonly string[];
  readonly skipped: readonly string[];
}

const CASE = /<testcase name="([^"]*)"[^>]*?(?:\/>|>([\s\S]*?)<\/testcase>)/g;

/** Counts and names from a JUnit file. Bun's own, so its fixed shape is relied on rather than XML at large. */
export function readJUnit(xml: string): Results {
  const cases = [...xml.matchAll(CASE)].map(([, name = '', inner = '']) => ({
    name: named(decode(name)),
    inner,
  }));
  const failures = cases.filter(({ inner }) => /<(failure|error)\b/.test(inner)).map(({ name }) => name);
  const skipped = cases.filter(({ inner }) => /<skipped\b/.test(inner)).map(({ name }) => name);
  return { passed: cases.length - failures.length - skipped.length, failures, skipped };
}

/** Bun gives what fails outside of a test no name. */
function named(name: string): string {
  return name === '(unnamed)' ? 'something before or after its tests' : name;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

function decode(text: string): string {
  return text.replace(/&(lt|gt|quot|apos|amp);/g, (whole, name: string) => ENTITIES[name] ?? whole);
}
