import { SYSTEM_CONFIG } from '../../config/locations.ts';
import { EXIT, EXIT_WORDS } from '../../lib/exit-codes.ts';
import { type CommandNode, everyNode } from '../completion/tree.ts';

/** The manual page (man(7)) of a program, from its commands. */
export function manPage(root: CommandNode, version: string): string {
  const commands = everyNode(root).slice(1);
  return `.TH DIDAR 1 "" "didar ${escaped(version)}" "User Commands"
.SH NAME
didar \\- a video-meeting server in one executable
.SH SYNOPSIS
.B didar
.RI [ command ]
.RI [ option ...]
.SH DESCRIPTION
${escaped(root.description)}
.SH COMMANDS
${commands.filter(hasWords).map(section).join('\n')}
.SH EXIT STATUS
${exitCodes()}
.SH ENVIRONMENT
.TP
.B DIDAR_CONFIG
the configuration file
.TP
.B DIDAR_SERVER_PORT, ...
every key of the configuration, as \\fBdidar config show\\fR names them
.TP
.B DIDAR_TOKEN
an API token, for a server elsewhere
.SH FILES
.TP
.B ${SYSTEM_CONFIG}
the configuration of the service
.TP
.B /var/lib/didar
its data
`;
}

function exitCodes(): string {
  const names = Object.keys(EXIT) as (keyof typeof EXIT)[];
  return names.map((name) => `.TP\n.B ${EXIT[name]}\n${escaped(EXIT_WORDS[name])}`).join('\n');
}

/** A group has a section only if it takes options itself. */
function hasWords({ children, options }: CommandNode): boolean {
  return children.length === 0 || options.some(({ long }) => long !== '--help');
}

function section({ path, args, description, options }: CommandNode): string {
  return [
    `.SS "${escaped([path, ...args].join(' '))}"`,
    escaped(description),
    ...options
      .filter(({ long }) => long !== '--help')
      .map((option) => `.TP\n.B "${escaped(option.flags)}"\n${escaped(option.description)}`),
  ].join('\n');
}

/**
 * Backslashes, hyphens and quotes mean something to roff, and so do a dot or an apostrophe that begins a line; what is
 * not ASCII goes by its number (groff_char(7)).
 */
function escaped(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('"', '\\(dq')
    .replace(/^(?=[.'])/gm, '\\&')
    .replace(/[^\n -~]/gu, (character) => `\\[u${hexadecimal(character)}]`);
}

const UNICODE_DIGITS = 4;

function hexadecimal(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(UNICODE_DIGITS, '0');
}
