import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startMillrace, type RunningProcess } from '../../cli/support/run-millrace.js';
import type { CommandLine } from '../command-lines.js';
import { splitCommands } from '../shell-blocks.js';
import type { Step } from './page-script.js';
import type { ReaderWorld } from './reader-world.js';
import { Session, type TypedResult } from './session.js';
import { matchShown, withMeanings } from './shown-output.js';

/** A command that runs in a separate terminal until it is interrupted. */
interface Terminal {
  readonly where: string;
  readonly running: RunningProcess;
  /** The expected exit code after an interrupt. */
  readonly code: number;
}

/** Simulates a reader who follows a page from top to bottom in an empty home directory. */
export class Reader {
  readonly #home: string;
  readonly #env: Readonly<Record<string, string>>;
  readonly #session: Session;
  /** The actual values of the page's ids, URLs and placeholders. */
  readonly #meanings = new Map<string, string>();
  #terminals: Terminal[] = [];

  constructor(world: ReaderWorld) {
    this.#home = join(world.makeHome(), 'you');
    const sessionDirectory = join(dirname(this.#home), 'session');
    const global = join(dirname(this.#home), 'global');
    for (const directory of [this.#home, sessionDirectory, global]) mkdirSync(directory);
    this.#env = {
      ...world.env,
      HOME: this.#home,
      GLOBAL: global,
      PATH: `${join(global, 'node_modules', '.bin')}:${world.env['PATH']}`,
    };
    this.#session = new Session(this.#home, sessionDirectory, this.#env);
    this.#meanings.set('/home/you', this.#home);
  }

  /** @throws Error If a command does not behave as the page shows, with the line of the page. */
  async follow(steps: readonly Step[]): Promise<void> {
    for (const step of steps) {
      if (step.file !== undefined) this.#writeFile(step.file, step.text);
      else if (step.text.trim() === 'interrupt') await this.#interrupt();
      else await this.#type(step, `${step.page}:${step.line}`);
    }
    await this.#interrupt();
  }

  async close(): Promise<void> {
    await Promise.all(this.#terminals.map(({ running }) => running.stop('SIGKILL')));
    await this.#session.close();
  }

  #writeFile(name: string, text: string): void {
    const path = join(this.#home, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  async #type(command: CommandLine, where: string): Promise<void> {
    // hidden commands are typed unchanged, because they define the placeholders
    const text = command.isHidden ? command.text : withMeanings(command.text, this.#meanings);
    const code = interruptCode(text);
    if (code !== undefined) return this.#openTerminal(command, text, where, code);
    const result = await this.#session.type(text);
    const shouldFail = command.shown.startsWith('millrace: ');
    if ((result.code !== 0) !== shouldFail) {
      const expectation = shouldFail ? 'to fail, as the page shows' : 'to end with code 0';
      throw new Error(
        `${where}: Expected \`${text.trim()}\` ${expectation}, got ${result.code}.\n${allOutput(result)}`,
      );
    }
    if (command.shown !== '' && !this.#isShown(command.shown, result))
      throw outputMismatch(where, command, allOutput(result));
    for (const [shown, actual] of this.#session.takeMeanings()) this.#meanings.set(shown, actual);
  }

  /** Types the command in another terminal, and continues once it has started. */
  async #openTerminal(command: CommandLine, text: string, where: string, code: number): Promise<void> {
    // exec, so that the program receives the signals of the shell
    const program = text.trim().replace(/^((?:\w+=\S*\s+)*)/, '$1exec ');
    const running = startMillrace([], { cwd: this.#home, env: this.#env, program: ['bash', '-c', program] });
    this.#terminals.push({ where, running, code });
    // the new server has another URL
    for (const name of this.#meanings.keys()) if (name.startsWith('http://')) this.#meanings.delete(name);
    // the last shown line may not have been printed yet
    const lines = command.shown.split('\n').length;
    await Promise.race([
      running.waitForOutput('stdout', new RegExp(`^(?:.*\\n){${lines}}`)),
      rejectAfterFiveMinutes(lines, running),
    ]).catch((error: unknown) => {
      throw new Error(`${where}: ${(error as Error).message}`, { cause: error });
    });
    if (command.shown === '') return;
    if (!this.#isShown(command.shown, { code: 0, stdout: running.stdout(), stderr: '' }))
      throw outputMismatch(where, command, running.stdout());
  }

  /** Presses Ctrl-C in all other terminals, and checks the exit codes. */
  async #interrupt(): Promise<void> {
    const terminals = this.#terminals;
    this.#terminals = [];
    const ended = await Promise.all(terminals.map(({ running }) => running.stop('SIGINT')));
    for (const [index, { where, code }] of terminals.entries()) {
      const end = ended[index]!;
      if (end.code !== code) {
        throw new Error(
          `${where}: Expected code ${code} when it is interrupted, got ${end.code}.\n${end.stdout}${end.stderr}`,
        );
      }
    }
  }

  #isShown(shown: string, { stdout, stderr }: TypedResult): boolean {
    // errors alone, because a terminal erases the progress above them
    const errors = stderr.slice(stderr.search(/^millrace: /m));
    for (const printed of [stdout, stderr + stdout, errors]) {
      const found = matchShown(sortCompleted(shown), sortCompleted(printed), this.#meanings);
      if (!found) continue;
      for (const [name, actual] of found) this.#meanings.set(name, actual);
      return true;
    }
    return false;
  }
}

async function rejectAfterFiveMinutes(lines: number, running: RunningProcess): Promise<never> {
  await sleep(300_000, undefined, { ref: false });
  throw new Error(`Expected ${lines} lines, got after five minutes:\n${running.stdout()}${running.stderr()}`);
}

/** Returns the exit code after Ctrl-C of a command that runs until then. */
function interruptCode(text: string): number | undefined {
  const [words = []] = splitCommands(text);
  const [program, name, ...args] = words[0] === 'npx' ? words.slice(1) : words;
  if (program !== 'millrace') return undefined;
  if (name === 'serve' || name === 'worker') return 0;
  return name === 'process' && (args.includes('--watch') || args.includes('-w')) ? 130 : undefined;
}

/** Sorts the lines of completed files, because concurrent files complete in any order. */
function sortCompleted(text: string): string {
  const lines = text.trimEnd().split('\n');
  return lines.every((line) => /^\S+: completed, /.test(line)) ? lines.sort().join('\n') : text;
}

function allOutput({ stdout, stderr }: TypedResult): string {
  return `${stderr}${stdout}`;
}

function outputMismatch(where: string, { text, shown }: CommandLine, printed: string): Error {
  return new Error(`${where}: Expected \`${text.trim()}\` to print what the page shows:\n${shown}\ngot:\n${printed}`);
}
