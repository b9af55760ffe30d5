import { commands } from 'millrace/cli/command-list.js';
import { parseArguments, splitCommandLine } from 'millrace/cli/options/parse-command-line.js';
import { readCommandLines } from './command-lines.js';
import type { Page } from './page.js';

/** The npm scripts of each workspace, by folder; the folder of the SDK is `''`. */
export type Scripts = Readonly<Record<string, readonly string[]>>;

/** The built-in npm commands that pages may use. */
const npmCommands = ['install', 'ci', 'publish', 'view', 'pack', 'exec', 'link', 'uninstall', 'init'];
/** The programs that `npx` may start. */
const binaries = ['millrace', 'vitest', 'tsx', 'esbuild', 'tslab'];

/**
 * Checks the commands in `sh` blocks, and in lines that begin with `$` in blocks without a language, without executing them: each
 * command and option of `millrace`, and each npm script, must exist.
 *
 * @returns The problems, as `page:line: message`.
 */
export function checkShell(pages: readonly Page[], scripts: Scripts): string[] {
  return pages.flatMap(({ path, blocks }) =>
    blocks.flatMap(readCommandLines).flatMap(({ text, line }) =>
      splitCommands(text).flatMap((words) => {
        const problem = checkCommand(words, scripts);
        return problem === undefined ? [] : [`${path}:${line}: ${problem}`];
      }),
    ),
  );
}

/** Splits a line into commands, including those in `$(…)`, and these into words, without comments, redirections and variables. */
export function splitCommands(line: string): string[][] {
  const inner: string[] = [];
  const outer = line.replace(/\$\(([^()]*)\)/g, (_all, command: string) => {
    inner.push(command);
    return 'WORD';
  });
  const found: string[][] = [[]];
  for (const [token] of outer.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'|&;<>#]|(?<=\S)#)+|\|\||&&|[|&;]|[<>]+\s*\S+|#.*$/g)) {
    if (token.startsWith('#')) break;
    if (/^[|&;]+$/.test(token)) found.push([]);
    else if (!/^[<>]/.test(token)) found.at(-1)!.push(token.replace(/["']/g, ''));
  }
  return [...found.map(withoutVariables), ...inner.flatMap(splitCommands)].filter((words) => words.length > 0);
}

function withoutVariables(words: readonly string[]): string[] {
  const start = words.findIndex((word) => !/^\w+=/.test(word));
  return start < 0 ? [] : words.slice(start);
}

function checkCommand([program, ...args]: readonly string[], scripts: Scripts): string | undefined {
  // `xargs` adds arguments from its standard input
  if (program === 'xargs') return checkCommand([...args, 'WORD'], scripts);
  if (program === 'npx') {
    const [name = ''] = args;
    return binaries.includes(name)
      ? checkCommand(args, scripts)
      : `Expected npx to start one of ${binaries.join(', ')}, got ${name}`;
  }
  if (program === 'npm') return checkNpm(args, scripts);
  return program === 'millrace' ? checkMillrace(args) : undefined;
}

function checkNpm(args: readonly string[], scripts: Scripts): string | undefined {
  const at = args.findIndex((arg) => arg === '-w' || arg === '--workspace');
  const workspace = at < 0 ? '' : (args[at + 1] ?? '');
  const [name = '', script = ''] = args.filter((arg, index) => !arg.startsWith('-') && (at < 0 || index !== at + 1));
  if (npmCommands.includes(name)) return undefined;
  const scriptName = name === 'run' ? script : name;
  return scripts[workspace]?.includes(scriptName)
    ? undefined
    : `Expected npm to have a script '${scriptName}', got none`;
}

function checkMillrace(args: readonly string[]): string | undefined {
  try {
    const { name, leadingOptions, rest } = splitCommandLine(args);
    const commandName = name === 'help' ? rest[0] : name;
    // an ellipsis stands for any command
    if (commandName === undefined || commandName === 'COMMAND' || commandName === '…') return undefined;
    const command = commands.find(({ name: candidate }) => candidate === commandName);
    if (!command) return `Expected a command of millrace, got '${commandName}'`;
    if (name !== 'help') parseArguments(command, [...leadingOptions, ...rest]);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
