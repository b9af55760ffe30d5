import { inspect } from 'node:util';
import { version } from '../../package.json';
import { findNearestName } from '../shared/rules/nearest-name.js';
import { commands } from './command-list.js';
import { UsageError, type Command } from './command.js';
import { explainUnknownOption, parseArguments, splitCommandLine } from './options/parse-command-line.js';
import { exitCode, type ExitCode } from './output/exit-code.js';
import { explainError } from './output/explain-error.js';
import { formatCommandHelp, formatOverview } from './output/help-text.js';
import { Output } from './output/output.js';
import { loadDotEnv } from './session/dot-env.js';
import type { Terminal } from './terminal.js';

/** Runs a command line. Never rejects: an error becomes a message on standard error and an exit code. */
export async function runCli(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const verbose = argv.includes('--verbose') || terminal.env['MILLRACE_LOG'] === 'debug';
  const output = new Output(terminal, { verbose });
  try {
    return await dispatch(argv, terminal, output);
  } catch (error) {
    const { message, code } = explainError(error);
    output.error(message);
    if (verbose && !(error instanceof UsageError)) output.details(inspect(error));
    return code;
  }
}

async function dispatch(argv: readonly string[], terminal: Terminal, output: Output): Promise<ExitCode> {
  const print = (text: string): ExitCode => {
    terminal.stdout.write(text);
    return exitCode.ok;
  };
  output.secrets.add(terminal.env['MILLRACE_API_KEY']);
  const { name, leadingOptions, rest } = splitCommandLine(argv);
  if (name === undefined) return print(renderWithoutCommand(leadingOptions));
  if (name === 'help') return print(renderHelp(rest));
  if (name === 'version') return print(versionLine);
  const command = findCommand(name, leadingOptions);
  try {
    const { values, positionals } = parseArguments(command, [...leadingOptions, ...rest]);
    if (values['help'] === true) return print(formatCommandHelp(command));
    if (values['version'] === true) return print(versionLine);
    const dotEnvVariables = loadDotEnv(terminal.env, (message) => output.warn(message));
    output.secrets.add(terminal.env['MILLRACE_API_KEY']);
    output.json = values['json'] === true;
    return await command.run({
      values: values as Parameters<Command['run']>[0]['values'],
      positionals,
      output,
      terminal,
      signal: terminal.signal,
      dotEnvVariables,
    });
  } catch (error) {
    if (error instanceof UsageError) error.message += ` See 'millrace help ${name}'.`;
    throw error;
  }
}

const versionLine = `${version}\n`;

function renderWithoutCommand(options: readonly string[]): string {
  if (options.includes('--version')) return versionLine;
  if (options.includes('--help') || options.includes('-h')) return formatOverview(commands);
  const [option] = options;
  const message =
    explainUnknownOption(options, commandNames) ??
    (option === undefined ? 'Missing command.' : `Expected a command, got only '${option}'.`);
  throw new UsageError(`${message} See 'millrace help'.`);
}

function renderHelp(names: readonly string[]): string {
  const name = names.find((word) => !word.startsWith('-'));
  return name === undefined || name === 'help' ? formatOverview(commands) : formatCommandHelp(findCommand(name));
}

const commandNames = commands.map(({ name }) => name);

function findCommand(name: string, leadingOptions: readonly string[] = []): Command {
  const command = commands.find((candidate) => candidate.name === name);
  if (command) return command;
  const message = explainUnknownOption(leadingOptions, commandNames);
  if (message !== undefined) throw new UsageError(`${message} See 'millrace help'.`);
  const nearest = findNearestName(name, [...commandNames, 'help', 'version']);
  throw new UsageError(
    `There is no command '${name}'.${nearest === undefined ? '' : ` Did you mean '${nearest}'?`} See 'millrace help'.`,
  );
}
