import type { Command } from '../../command.js';
import { describeCommand, helpCommand, type Completion, type CommandDescription } from './command-description.js';

/** Returns a completion script for fish. */
export function generateFishCompletion(commands: readonly Command[]): string {
  const descriptions = commands.map(describeCommand);
  const names = descriptions.map(({ name }) => name).join(' ');
  return [
    '# fish completion for millrace',
    'complete -c millrace -f',
    ...[...descriptions, helpCommand].map(
      ({ name, summary }) => `complete -c millrace -n __fish_use_subcommand -a ${name} -d ${quote(summary)}`,
    ),
    `complete -c millrace -n '__fish_seen_subcommand_from help' -a ${quote(names)}`,
    ...descriptions.flatMap(formatCommand),
  ].join('\n');
}

function formatCommand({ name, options, completion }: CommandDescription): string[] {
  const prefix = `complete -c millrace -n '__fish_seen_subcommand_from ${name}'`;
  return [
    ...(completion === 'nothing' ? [] : [`${prefix} ${formatArgumentFlags(completion)}`]),
    ...options.map(({ name: option, short, help, placeholder, completion: values }) =>
      [
        prefix,
        ...(short ? [`-s ${short}`] : []),
        `-l ${option}`,
        ...(placeholder === undefined ? [] : [`-r ${formatArgumentFlags(values)}`]),
        `-d ${quote(help)}`,
      ].join(' '),
    ),
  ];
}

function formatArgumentFlags(completion: Completion): string {
  if (completion === 'files') return '-F';
  if (completion === 'directories') return "-a '(__fish_complete_directories)'";
  return completion === 'nothing' ? '-f' : `-a ${quote(completion.join(' '))}`;
}

function quote(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
