import { type CommandNode, everyNode } from '../completion/tree.ts';

/** The manual page (man(7)) of a program, from its commands and the texts of its topics. */
export function manPage(root: CommandNode, topics: readonly string[], version: string): string {
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
${topics.map(topicSection).join('\n')}
`;
}

/** A topic begins with its title, and is laid out as it is to be read. */
function topicSection(text: string): string {
  const [title = '', ...lines] = text.split('\n');
  return `.SH ${escaped(title)}\n.nf\n${escaped(lines.join('\n').trim())}\n.fi`;
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
