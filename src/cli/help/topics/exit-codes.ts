import { EXIT, EXIT_WORDS } from '../../../lib/exit-codes.ts';

const NAMES = Object.keys(EXIT) as (keyof typeof EXIT)[];

/** Each code with what it means, a line each. */
export function exitCodeLines(): string {
  const width = Math.max(...NAMES.map((name) => String(EXIT[name]).length));
  return NAMES.map((name) => `  ${String(EXIT[name]).padEnd(width)}  ${EXIT_WORDS[name]}`).join('\n');
}

/** `didar help exit-codes`. */
export function exitCodesTopic(): string {
  return `EXIT STATUS

${exitCodeLines()}

They are the same for every command. "didar doctor" ends with 1 when a check
failed (not for warnings), "didar explain" when it knows nothing of a text,
"didar service status" with 69 when the service does not serve. "didar serve"
ends with 78 for a configuration that it can't start with, which systemd then
does not try again.`;
}
