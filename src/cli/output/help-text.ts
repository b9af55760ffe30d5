import { version } from '../../../package.json';
import type { Command, OptionSpecs } from '../command.js';
import { globalOptions } from '../options/global-options.js';
import { formatTable } from './table.js';

const exitCodes: readonly (readonly [string, string])[] = [
  ['0', 'success'],
  ['1', 'failure, such as a failed run, a file that cannot be written, or a port in use'],
  ['2', 'usage error'],
  ['3', 'the server returned an error or could not be reached'],
  ['4', 'not authenticated'],
  ['5', 'not found'],
  ['130', 'interrupted'],
];

/** Returns the output of `millrace --help`. */
export function formatOverview(commands: readonly Command[]): string {
  return [
    `millrace ${version}: process files with chains of modules, and search the outputs`,
    '',
    'Usage: millrace COMMAND [OPTIONS]',
    '',
    'Commands:',
    ...formatTable(
      [
        ...commands.map(({ name, summary }) => [name, summary]),
        ['help [COMMAND]', 'show this help, or the help for a command'],
        ['version', 'print the version'],
      ],
      '  ',
    ),
    '',
    'Global options:',
    ...formatOptions(globalOptions),
    '',
    'The URL and the key are read from MILLRACE_API_URL and MILLRACE_API_KEY in the environment, from ./.env, or from the',
    'credentials file of the local server, in this order. There is no option for the key because other processes could read it.',
    '',
    'Exit codes:',
    ...formatTable(exitCodes, '  '),
    '',
  ].join('\n');
}

/** Returns the output of `millrace help COMMAND`. */
export function formatCommandHelp({
  name,
  summary,
  arguments: { usage },
  details,
  options,
  examples,
}: Command): string {
  return [
    `${summary.charAt(0).toUpperCase()}${summary.slice(1)}`,
    '',
    `Usage: ${['millrace', name, usage, '[OPTIONS]'].filter(Boolean).join(' ')}`,
    ...(details ? ['', ...details] : []),
    '',
    'Options:',
    ...formatOptions({ ...options, ...globalOptions }),
    '',
    'Examples:',
    ...examples.flatMap(([description, command]) => [`  # ${description}`, `  ${command}`]),
    '',
  ].join('\n');
}

function formatOptions(options: OptionSpecs): string[] {
  const hasShort = Object.values(options).some(({ short }) => short !== undefined);
  return formatTable(
    Object.entries(options).map(([name, { short, placeholder, multiple, help }]) => [
      `${short ? `-${short}, ` : hasShort ? '    ' : ''}--${name}${placeholder ? ` ${placeholder}` : ''}`,
      `${help}${multiple ? ' (repeatable)' : ''}`,
    ]),
    '  ',
  );
}
