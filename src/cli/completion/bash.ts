import { type CommandNode, everyNode } from './tree.ts';

/** A script for bash: the commands and options at the place of the cursor; file names where a value stands. */
export function bashCompletion(root: CommandNode): string {
  const nodes = everyNode(root);
  const paths = nodes.slice(1).map(({ path }) => `'${path}'`);
  return `# bash completion of didar: source <(didar completion bash)
_didar() {
  local at=didar word words=
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$at $word" in
      ${paths.join(' | ')}) at="$at $word" ;;
    esac
  done
  case "$at \${COMP_WORDS[COMP_CWORD - 1]}" in
${nodes.flatMap(valueCases).join('\n')}
    *)
      case "$at" in
${nodes.map(wordCase).join('\n')}
      esac
      ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _didar didar
`;
}

/** After an option that takes a value: its choices, or nothing, which is when bash goes on to files. */
function valueCases({ path, options }: CommandNode): readonly string[] {
  return options
    .filter(({ takesValue }) => takesValue)
    .map(({ long, choices }) => `    '${path} ${long}') words='${choices.join(' ')}' ;;`);
}

function wordCase({ path, options, children }: CommandNode): string {
  const words = [...children.map(({ name }) => name), ...options.map(({ long }) => long)];
  return `        '${path}') words='${words.join(' ')}' ;;`;
}
