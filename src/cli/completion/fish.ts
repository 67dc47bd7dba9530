import { type CommandNode, everyNode, type OptionNode } from './tree.ts';

/** A script for fish, which tells what each word does. */
export function fishCompletion(root: CommandNode): string {
  const nodes = everyNode(root);
  const paths = nodes.slice(1).map(({ path }) => `'${path}'`);
  return `# fish completion of didar: didar completion fish | source
function __didar_at
    set -l at didar
    for word in (commandline -opc)[2..-1]
        switch "$at $word"
            case ${paths.join(' ')}
                set at "$at $word"
        end
    end
    test "$at" = "$argv[1]"
end
complete -c didar -e
${nodes.flatMap(linesOf).join('\n')}
`;
}

function linesOf({ path, options, children }: CommandNode): readonly string[] {
  const here = `complete -c didar -n ${quoted(`__didar_at ${quoted(path)}`)}`;
  return [
    ...(children.length === 0 ? [] : [`${here} -f`]),
    ...children.map(({ name, summary }) => `${here} -a ${name} -d ${quoted(summary)}`),
    ...options.map((option) => `${here} ${wordsOf(option)} -d ${quoted(option.description)}`),
  ];
}

function wordsOf({ flags, long, takesValue, choices }: OptionNode): string {
  const short = /^-(\w)\b/.exec(flags)?.[1];
  return [
    ...(short === undefined ? [] : [`-s ${short}`]),
    `-l ${long.replace(/^--/, '')}`,
    ...(takesValue ? ['-r'] : []),
    ...(choices.length === 0 ? [] : [`-x -a ${quoted(choices.join(' '))}`]),
  ].join(' ');
}

/** fish knows two escapes between single quotes. */
function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
