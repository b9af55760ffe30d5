import { version } from '../../../package.json';
import type { Command, OptionSpecs } from '../command.js';
import { globalOptions } from '../options/global-options.js';
import { tableLines } from './table.js';

const exitCodes: readonly (readonly [string, string])[] = [
  ['0', 'success'],
  ['1', 'the work failed: a run failed, a file could not be written, a port is taken'],
  ['2', 'wrong usage'],
  ['3', 'the server refused, or could not be reached'],
  ['4', 'not authenticated'],
  ['5', 'not found'],
  ['130', 'interrupted'],
];

/** Returns what `millrace --help` prints. */
export function overview(commands: readonly Command[]): string {
  return [
    `millrace ${version}: process files with chains of modules, and search the outputs`,
    '',
    'Usage: millrace COMMAND [OPTIONS]',
    '',
    'Commands:',
    ...tableLines(
      [
        ...commands.map(({ name, summary }) => [name, summary]),
        ['help [COMMAND]', 'show this, or the help of a command'],
      ],
      '  ',
    ),
    '',
    'Options of every command:',
    ...optionLines(globalOptions),
    '  --version      print the version',
    '',
    'The address and the key are read from MILLRACE_API_URL and MILLRACE_API_KEY in the environment, from ./.env, or from the',
    'credentials file of the server on this machine, in this order. A key is never an option: other programs could read it.',
    '',
    'Exit codes:',
    ...tableLines(exitCodes, '  '),
    '',
  ].join('\n');
}

/** Returns what `millrace help COMMAND` prints. */
export function commandHelp({ name, summary, arguments: { usage }, details, options, examples }: Command): string {
  return [
    `${summary.charAt(0).toUpperCase()}${summary.slice(1)}`,
    '',
    `Usage: ${['millrace', name, usage, '[OPTIONS]'].filter(Boolean).join(' ')}`,
    ...(details ? ['', ...details] : []),
    '',
    'Options:',
    ...optionLines({ ...options, ...globalOptions }),
    '',
    'Examples:',
    ...examples.flatMap(([does, command]) => [`  # ${does}`, `  ${command}`]),
    '',
  ].join('\n');
}

function optionLines(options: OptionSpecs): string[] {
  return tableLines(
    Object.entries(options).map(([name, { short, value, multiple, help }]) => [
      `${short ? `-${short}, ` : ''}--${name}${value ? ` ${value}` : ''}`,
      `${help}${multiple ? ' (repeatable)' : ''}`,
    ]),
    '  ',
  );
}
