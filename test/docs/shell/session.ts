import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

export interface TypedResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A shell for commands one after another. Variables and the working directory are kept between commands. */
export class Session {
  readonly #shell: ChildProcess;
  readonly #directory: string;
  readonly #ended: Promise<void>;
  #codes = '';
  #watch: () => void = () => undefined;

  /** @param directory The directory for the session's internal files. */
  constructor(cwd: string, directory: string, env: Readonly<Record<string, string>>) {
    this.#directory = directory;
    // detached, so that close() can kill the whole process group
    this.#shell = spawn('bash', ['--noprofile', '--norc'], {
      cwd,
      env,
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore', 'pipe'],
    });
    this.#ended = new Promise((resolve) => this.#shell.once('close', () => resolve()));
    (this.#shell.stdio[3] as Readable).setEncoding('utf8').on('data', (text: string) => {
      this.#codes += text;
      this.#watch();
    });
    this.#shell.stdin!.on('error', () => undefined);
    this.#write(
      `means() { [[ -n $2 ]] && printf '%s\\n%s\\n' "$1" "$2" >>'${this.#file('meanings')}'; }\nset -o pipefail\n`,
    );
  }

  async type(command: string): Promise<TypedResult> {
    const [script, stdout, stderr] = ['script', 'stdout', 'stderr'].map((name) => this.#file(name)) as [
      string,
      string,
      string,
    ];
    writeFileSync(script, `${command}\n`);
    this.#codes = '';
    const code = new Promise<number>((resolve) => {
      this.#watch = () => {
        if (this.#codes.endsWith('\n')) resolve(Number(this.#codes));
      };
    });
    this.#write(`. '${script}' </dev/null >'${stdout}' 2>'${stderr}' 3>&-; echo $? >&3\n`);
    const shellEnded = this.#ended.then(() => Promise.reject(new Error(`The shell ended at: ${command}`)));
    return {
      code: await Promise.race([code, shellEnded]),
      stdout: readFileSync(stdout, 'utf8'),
      stderr: readFileSync(stderr, 'utf8'),
    };
  }

  /** Returns and clears the pairs that commands have declared with `means SHOWN HERE`. */
  takeMeanings(): [shown: string, actual: string][] {
    const file = this.#file('meanings');
    if (!existsSync(file)) return [];
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    rmSync(file);
    return lines.flatMap((line, index) =>
      index % 2 === 0 ? [[line, lines[index + 1] ?? ''] as [string, string]] : [],
    );
  }

  async close(): Promise<void> {
    // only if the exit is not known yet, because the process id may be reused afterwards
    if (this.#shell.exitCode === null && this.#shell.signalCode === null) process.kill(-this.#shell.pid!, 'SIGKILL');
    await this.#ended;
  }

  #write(line: string): void {
    this.#shell.stdin!.write(line);
  }

  #file(name: string): string {
    return join(this.#directory, name);
  }
}
