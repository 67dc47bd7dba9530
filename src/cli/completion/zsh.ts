import { type CommandNode, everyNode } from './tree.ts';

/** A script for zsh, which tells what each word does. */
export function zshCompletion(root: CommandNode): string {
  const nodes = everyNode(root);
  const paths = nodes.slice(1).map(({ path }) => `'${path}'`);
  return `#compdef didar
# zsh completion of didar: source <(didar completion zsh), after compinit
_didar() {
  local at=didar word
  local -a found
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$at $word" in
      (${paths.join('|')}) at="$at $word" ;;
    esac
  done
  case "$at \${words[CURRENT-1]}" in
${nodes.flatMap(valueCases).join('\n')}
  esac
  case "$at" in
${nodes.map(wordCase).join('\n')}
  esac
  _describe -V didar found || _files
}
compdef _didar didar
`;
}

function valueCases({ path, options }: CommandNode): readonly string[] {
  return options
    .filter(({ takesValue }) => takesValue)
    .map(({ long, choices }) => {
      const action = choices.length === 0 ? '_files' : `compadd -- ${choices.join(' ')}`;
      return `    ('${path} ${long}') ${action}; return ;;`;
    });
}

function wordCase({ path, options, children }: CommandNode): string {
  const words = [
    ...children.map(({ name, summary }) => entry(name, summary)),
    ...options.map(({ long, description }) => entry(long, description)),
  ];
  return `    ('${path}') found=(${words.join(' ')}) ;;`;
}

/** `word:what it does`, in single quotes. */
function entry(word: string, description: string): string {
  return `'${`${word.replaceAll(':', '\\:')}:${description}`.replaceAll("'", "'\\''")}'`;
}
