import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { Writable } from 'node:stream';
import { Output } from 'millrace/cli/output/output.js';
import type { Terminal } from 'millrace/cli/terminal.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtCli } from './support/run-millrace.js';
import { startCliServer, type CliServer } from './support/cli-server.js';
import { writeTexts } from './support/texts.js';

let millrace: CliServer;
beforeAll(async () => {
  millrace = await startCliServer();
  writeTexts(millrace.directory);
  mkdirSync(`${millrace.directory}/notes`);
  writeTexts(`${millrace.directory}/notes`);
});
afterAll(() => millrace.close());

const ptyScript = 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))';

const inputs = ['notes/harbour.txt', 'notes/mill.txt'];
/** Each test uses its own pipeline, because files that a pipeline already has are skipped. */
const directoryCommand = (pipeline: string) =>
  `process notes --chain parser --no-save --include *.txt --pipeline ${pipeline}`.split(' ');

/** Runs a command on a new pseudoterminal and returns everything that it wrote. */
function runOnTerminal(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ code: number | null; written: string }> {
  const child = spawn('python3', ['-c', ptyScript, process.execPath, builtCli, ...args], {
    cwd: millrace.directory,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: millrace.directory,
      TERM: 'xterm-256color',
      MILLRACE_DATA: `${millrace.directory}/data`,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let written = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (written += chunk));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, written })));
}

/** Returns the screen after each line that was written. */
function renderEach(written: string): string[][] {
  const pieces = [...written.matchAll(/\n/g)].map(({ index }) => written.slice(0, index + 1));
  return pieces.map(renderScreen);
}

/** Returns the lines on the screen after the control sequences `CSI n F` (up n lines) and `CSI J` (erase below). */
function renderScreen(written: string): string[] {
  const lines = [''];
  // oxlint-disable-next-line no-control-regex -- terminals are driven by control characters
  for (const [, up, erase, text] of written.matchAll(/\u001b\[(\d+)F|(\u001b\[J)|([^\u001b]+)/g)) {
    if (up !== undefined) lines.splice(Math.max(0, lines.length - 1 - Number(up)) + 1);
    else if (erase !== undefined) lines[lines.length - 1] = '';
    else {
      const [first = '', ...rest] = (text ?? '').replaceAll('\r', '').split('\n');
      lines.push(`${lines.pop() ?? ''}${first}`);
      lines.push(...rest);
    }
  }
  return lines;
}

describe('on a terminal', () => {
  it('draws progress bars while files are processed, and erases them at the end', async () => {
    const { code, written } = await runOnTerminal([
      'process',
      'mill.txt',
      'harbour.txt',
      '--chain',
      'parser',
      '--no-save',
    ]);
    expect(code).toBe(0);
    expect(written).toMatch(/(?:mill|harbour)\.txt {2}/);
    const remaining = renderScreen(written).filter((line) => line !== '');
    expect(remaining.sort()).toEqual([
      expect.stringMatching(/^The server deletes each file 30 minutes after its upload\./),
      expect.stringMatching(/^harbour\.txt: completed, file \S+$/),
      expect.stringMatching(/^mill\.txt: completed, file \S+$/),
    ]);
  });

  it('draws one bar for all files of a directory, and leaves a line for each file and a summary table', async () => {
    const { code, written } = await runOnTerminal(directoryCommand('bars'));
    expect(code).toBe(0);
    // oxlint-disable-next-line no-control-regex -- terminals are driven by control characters
    const drawn = [...written.matchAll(/^(?:\u001b\[[\d]*[A-Z])*(.*?) {2}[█░]{20} {2}(.*?)\r?$/gm)];
    expect(drawn.length).toBeGreaterThan(1);
    expect(new Set(drawn.map(([, subject]) => subject))).toEqual(new Set(['bars']));
    expect(drawn.map(([, , stage]) => stage)).toEqual(expect.arrayContaining(['1 of 2 files', '2 of 2 files']));
    // each bar is erased before the next output, so there are never two bars
    for (const lines of renderEach(written)) expect(lines.filter((line) => /[█░]/.test(line)).length).toBeLessThan(2);
    const remaining = renderScreen(written).filter((line) => line !== '');
    expect(remaining.slice(0, 2).sort()).toEqual(
      inputs.map((input) => expect.stringMatching(new RegExp(`^${input}: completed, file \\S+$`)) as unknown),
    );
    expect(remaining.slice(2)).toEqual([
      'completed     2',
      'already done  0',
      'failed        0',
      expect.stringMatching(/^took {10}[\d.]+ s, [\d.]+ files\/s$/),
      'The server keeps each file until it is deleted. To limit this, use --expire SECONDS.',
    ]);
  });

  it('prints one JSON line for each file with --json, and draws nothing', async () => {
    const { code, written } = await runOnTerminal([...directoryCommand('json'), '--json']);
    expect(code).toBe(0);
    // oxlint-disable-next-line no-control-regex -- none of them
    expect(written).not.toMatch(/[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f█░]/);
    const records = written
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { file: string; status: string });
    expect(records.map(({ file }) => file).sort()).toEqual(inputs);
    expect(records.map(({ status }) => status)).toEqual(['completed', 'completed']);
  });

  it("colors the prefix 'millrace:' of an error, unless NO_COLOR is set", async () => {
    const colored = await runOnTerminal(['nonsense']);
    expect(colored.written).toContain('\u001b[31mmillrace:\u001b[39m');
    const plain = await runOnTerminal(['nonsense'], { NO_COLOR: '1' });
    expect(plain.written).not.toContain('\u001b');
    expect(plain.written).toContain('millrace: There is no command');
  });
});

describe('on a terminal with drawing disabled', () => {
  it.each([
    ['TERM=dumb', { TERM: 'dumb' }],
    ['NO_COLOR', { NO_COLOR: '1' }],
    ['CI', { CI: 'true' }],
  ])('%s prints no control sequences, and a line for each file when it ends', async (_case, env) => {
    const command = ['process', 'mill.txt', 'missing.txt', '--chain', 'parser', '--no-save', '--expire', '600'];
    const { stdout, stderr } = await millrace.runOnTerminal(command, env);
    expect(stdout + stderr).not.toContain('\u001b');
    expect(stdout).toMatch(/^mill\.txt: completed, file \S+\n$/);
    expect(stderr.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^millrace: missing\.txt: /),
      'The server deletes each file 10 minutes after its upload.',
      '1 of 2 files failed.',
    ]);
  });
});

describe('without a terminal', () => {
  it.each([
    ['lines', []],
    ['JSON lines', ['--json']],
  ])('a directory is processed with %s and without control characters', async (_case, options) => {
    const { code, stdout, stderr } = await millrace.run([
      ...directoryCommand(`no-terminal-${options.length}`),
      ...options,
    ]);
    expect(code).toBe(0);
    // oxlint-disable-next-line no-control-regex -- none of them
    expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f█░]/);
    expect(stdout.trimEnd().split('\n')).toHaveLength(2);
    if (options.length === 0) expect(stderr).toMatch(/^no-terminal-0: 0 of 2 files\n[^]*completed {5}2\n/);
    else expect(stderr).toBe('');
  });
});

describe('text with control characters', () => {
  const hostile = 'lease\u202etxt.exe\u009b31m';

  function printWith(json: boolean, print: (output: Output) => void): string {
    let text = '';
    const stream = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        text += chunk.toString();
        done();
      },
    });
    const output = new Output({ stdout: stream, stderr: stream, env: {} } as unknown as Terminal, { verbose: true });
    output.json = json;
    print(output);
    return text;
  }

  it.each<[string, (output: Output) => void]>([
    ['a result', (output) => output.result(hostile, () => [hostile])],
    ['one of several results', (output) => output.resultLine(hostile, hostile)],
    ['a note', (output) => output.note(hostile)],
    ['details', (output) => output.details(hostile)],
  ])('is escaped in %s', (_case, print) => {
    expect(printWith(false, print)).toBe('lease\\u{202e}txt.exe 31m\n');
  });

  it('is escaped in JSON without changing the value', () => {
    const value = { name: `${hostile}\u{e0041}` };
    const text = printWith(true, (output) => output.result(value, () => []));
    expect(text).not.toMatch(/[\u007f-\u009f]|\p{Cf}/u);
    expect(JSON.parse(text)).toEqual(value);
  });

  it('keeps its joiners in words and emoji', () => {
    const text = 'می‌خواهم 👩‍🌾.txt';
    expect(printWith(false, (output) => output.note(text))).toBe(`${text}\n`);
  });
});
