import { inspect } from 'node:util';
import type { Command } from './command.js';
import { commands } from './command-list.js';
import { loadDotEnv } from './session/dot-env.js';
import { exitCode, type ExitCode } from './output/exit-code.js';
import { explainError } from './output/explain-error.js';
import { commandHelp, overview } from './output/help-text.js';
import { interruption } from './session/interruption.js';
import { nearestName } from './options/nearest-name.js';
import { Output } from './output/output.js';
import { parseArguments, splitCommandLine } from './options/parse-command-line.js';
import { keepSecret } from './output/redact.js';
import { UsageError } from './options/usage-error.js';
import { version } from './version.js';

/** Runs one command line. Never rejects: what goes wrong is said on standard error, and in the exit code. */
export async function runCli(argv: readonly string[]): Promise<ExitCode> {
  const verbose = argv.includes('--verbose') || process.env['MILLRACE_LOG'] === 'debug';
  const output = new Output({ json: false, verbose });
  keepSecret(process.env['MILLRACE_API_KEY']);
  try {
    return await dispatch(argv, output);
  } catch (error) {
    const { message, code } = explainError(error);
    output.error(message);
    if (verbose && !(error instanceof UsageError)) output.details(inspect(error));
    return code;
  }
}

async function dispatch(argv: readonly string[], output: Output): Promise<ExitCode> {
  const { name, rest } = splitCommandLine(argv);
  if (name === undefined) return withoutCommand(rest);
  if (name === 'help') return help(rest);
  const command = findCommand(name);
  try {
    const { values, positionals } = parseArguments(command, rest);
    if (values['help'] === true) return print(commandHelp(command));
    const fromDotEnv = loadDotEnv(process.env);
    keepSecret(process.env['MILLRACE_API_KEY']);
    return await command.run({
      values: values as Parameters<Command['run']>[0]['values'],
      positionals,
      output: new Output({ json: values['json'] === true, verbose: output.verbose }),
      signal: interruption(),
      fromDotEnv,
    });
  } catch (error) {
    if (error instanceof UsageError) error.message += ` See 'millrace help ${name}'.`;
    throw error;
  }
}

function withoutCommand(options: readonly string[]): ExitCode {
  if (options.includes('--version')) return print(`${version}\n`);
  if (options.includes('--help') || options.includes('-h')) return print(overview(commands));
  const [option] = options;
  const problem = option === undefined ? 'Expected a command, got none.' : `Expected a command, got only '${option}'.`;
  throw new UsageError(`${problem} See 'millrace help'.`);
}

function help(names: readonly string[]): ExitCode {
  const name = names.find((word) => !word.startsWith('-'));
  return print(name === undefined || name === 'help' ? overview(commands) : commandHelp(findCommand(name)));
}

function findCommand(name: string): Command {
  const command = commands.find((candidate) => candidate.name === name);
  if (command) return command;
  const near = nearestName(
    name,
    commands.map((candidate) => candidate.name),
  );
  throw new UsageError(
    `There is no command '${name}'.${near === undefined ? '' : ` Did you mean '${near}'?`} See 'millrace help'.`,
  );
}

function print(text: string): ExitCode {
  process.stdout.write(text);
  return exitCode.ok;
}
