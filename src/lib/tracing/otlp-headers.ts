const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/**
 * Headers as `OTEL_EXPORTER_OTLP_HEADERS` has them, `name=value,name=value` with values percent-encoded where they need
 * it; undefined for a text that is not so.
 *
 * @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/#specifying-headers-via-environment-variables
 */
export function parseOtlpHeaders(text: string): Readonly<Record<string, string>> | undefined {
  const headers: Record<string, string> = {};
  for (const pair of text.split(',').filter((part) => part.trim() !== '')) {
    const at = pair.indexOf('=');
    const name = pair.slice(0, Math.max(at, 0)).trim();
    const value = decoded(pair.slice(at + 1).trim());
    if (!NAME.test(name) || value === undefined || /[\r\n]/.test(value)) return undefined;
    headers[name.toLowerCase()] = value;
  }
  return Object.keys(headers).length > 0 ? headers : undefined;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
