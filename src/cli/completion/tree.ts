import type { Argument, Command, Option } from 'commander';

/** What completion and manual need of a command. */
export interface CommandNode {
  /** From the program on: `didar room create`. */
  readonly path: string;
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  /** `<room>`, `[file...]`: as the help shows them. */
  readonly args: readonly string[];
  readonly options: readonly OptionNode[];
  readonly children: readonly CommandNode[];
}

export interface OptionNode {
  /** `-f, --follow`. */
  readonly flags: string;
  readonly long: string;
  readonly description: string;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
}

/** The commands below one as commander's help shows them, without those that are hidden. */
export function commandTree(command: Command, above = ''): CommandNode {
  const help = command.createHelp();
  const path = `${above}${command.name()}`;
  const summary = help.subcommandDescription(command);
  return {
    path,
    name: command.name(),
    summary,
    description: help.commandDescription(command) || summary,
    args: command.registeredArguments.map(showArgument),
    options: help.visibleOptions(command).map(optionNode),
    children: help
      .visibleCommands(command)
      // Not the help that commander gives each command by itself.
      .filter((child) => command.commands.includes(child))
      .map((child) => commandTree(child, `${path} `)),
  };
}

/** A command and all below it. */
export function everyNode(node: CommandNode): readonly CommandNode[] {
  return [node, ...node.children.flatMap(everyNode)];
}

function optionNode({ flags, long, description, required, optional, argChoices }: Option): OptionNode {
  return {
    flags,
    long: long ?? flags,
    description,
    takesValue: required || optional,
    choices: argChoices ?? [],
  };
}

function showArgument(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}
