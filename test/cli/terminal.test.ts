import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { Writable } from 'node:stream';
import { Output } from 'millrace/cli/output/output.js';
import type { Terminal } from 'millrace/cli/terminal.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtCli } from './support/run-millrace.js';
import { serving, type Serving } from './support/serving.js';
import { writeTexts } from './support/texts.js';

let millrace: Serving;
beforeAll(async () => {
  millrace = await serving();
  writeTexts(millrace.directory);
  mkdirSync(`${millrace.directory}/notes`);
  writeTexts(`${millrace.directory}/notes`);
});
afterAll(() => millrace.close());

const python = 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))';

const inputs = ['notes/harbour.txt', 'notes/mill.txt'];
/** Each test has a pipeline of its own, since a folder's files are skipped where a pipeline has them. */
const directory = (pipeline: string) =>
  `process notes --chain parser --no-save --include *.txt --pipeline ${pipeline}`.split(' ');

/** Runs a command on a terminal of its own; gives everything that was written to it. */
function onTerminal(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ code: number | null; written: string }> {
  const child = spawn('python3', ['-c', python, process.execPath, builtCli, ...args], {
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

/** What was to be seen after each piece that was written. */
function screens(written: string): string[][] {
  const pieces = [...written.matchAll(/\n/g)].map(({ index }) => written.slice(0, index + 1));
  return pieces.map(screen);
}

/** What is left to see: lines, with `CSI n F` (up n lines) and `CSI J` (erase what is below) carried out. */
function screen(written: string): string[] {
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
  it('draws bars while files are under way, and leaves nothing of them', async () => {
    const { code, written } = await onTerminal([
      'process',
      'mill.txt',
      'harbour.txt',
      '--chain',
      'parser',
      '--no-save',
    ]);
    expect(code).toBe(0);
    expect(written).toMatch(/(?:mill|harbour)\.txt {2}/);
    const left = screen(written).filter((line) => line !== '');
    expect(left.sort()).toEqual([
      expect.stringMatching(/^The server deletes each file 30 minutes after its upload\./),
      expect.stringMatching(/^harbour\.txt: completed, file \S+$/),
      expect.stringMatching(/^mill\.txt: completed, file \S+$/),
    ]);
  });

  it('draws one bar for all files of a directory, and leaves a line for each and a table', async () => {
    const { code, written } = await onTerminal(directory('bars'));
    expect(code).toBe(0);
    // oxlint-disable-next-line no-control-regex -- terminals are driven by control characters
    const drawn = [...written.matchAll(/^(?:\u001b\[[\d]*[A-Z])*(.*?) {2}[█░]{20} {2}(.*?)\r?$/gm)];
    expect(drawn.length).toBeGreaterThan(1);
    expect(new Set(drawn.map(([, subject]) => subject))).toEqual(new Set(['bars']));
    expect(drawn.map(([, , stage]) => stage)).toEqual(expect.arrayContaining(['1 of 2 files', '2 of 2 files']));
    // what is drawn is erased before anything else is: never two bars at once
    for (const lines of screens(written)) expect(lines.filter((line) => /[█░]/.test(line)).length).toBeLessThan(2);
    const left = screen(written).filter((line) => line !== '');
    expect(left.slice(0, 2).sort()).toEqual(
      inputs.map((input) => expect.stringMatching(new RegExp(`^${input}: completed, file \\S+$`)) as unknown),
    );
    expect(left.slice(2)).toEqual([
      'completed     2',
      'already done  0',
      'failed        0',
      expect.stringMatching(/^took {10}[\d.]+ s, [\d.]+ files\/s$/),
      'The server keeps each file until it is deleted. To limit this, use --expire SECONDS.',
    ]);
  });

  it('prints one JSON line a file with --json, and draws nothing', async () => {
    const { code, written } = await onTerminal([...directory('json'), '--json']);
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

  it('colours the word before an error, unless NO_COLOR asks for none', async () => {
    const coloured = await onTerminal(['nonsense']);
    expect(coloured.written).toContain('\u001b[31mmillrace:\u001b[39m');
    const plain = await onTerminal(['nonsense'], { NO_COLOR: '1' });
    expect(plain.written).not.toContain('\u001b');
    expect(plain.written).toContain('millrace: There is no command');
  });
});

describe('on a terminal that cannot draw', () => {
  it.each([
    ['TERM=dumb', { TERM: 'dumb' }],
    ['NO_COLOR', { NO_COLOR: '1' }],
    ['CI', { CI: 'true' }],
  ])('%s gets no control sequence, and a line for each file at its end', async (_what, env) => {
    const command = ['process', 'mill.txt', 'missing.txt', '--chain', 'parser', '--no-save', '--expire', '600'];
    const { stdout, stderr } = await millrace.runOnTerminal(command, env);
    expect(stdout + stderr).not.toContain('\u001b');
    expect(stdout).toMatch(/^mill\.txt: completed, file \S+\n$/);
    expect(stderr.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^millrace: missing\.txt: /),
      'The server deletes each file 10 minutes after its upload.',
      '1 of 2 files completed, 1 failed.',
    ]);
  });
});

describe('where there is no terminal', () => {
  it.each([
    ['lines', []],
    ['JSON lines', ['--json']],
  ])('a directory is processed in %s without a control character', async (_what, options) => {
    const { code, stdout, stderr } = await millrace.run([...directory(`no-terminal-${options.length}`), ...options]);
    expect(code).toBe(0);
    // oxlint-disable-next-line no-control-regex -- none of them
    expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f█░]/);
    expect(stdout.trimEnd().split('\n')).toHaveLength(2);
    if (options.length === 0) expect(stderr).toMatch(/^no-terminal-0: 0 of 2 files\n[^]*completed {5}2\n/);
    else expect(stderr).toBe('');
  });
});

describe('text that would change what a terminal shows', () => {
  const hostile = 'lease\u202etxt.exe\u009b31m';

  function written(json: boolean, print: (output: Output) => void): string {
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
  ])('is shown as an escape in %s', (_what, print) => {
    expect(written(false, print)).toBe('lease\\u{202e}txt.exe 31m\n');
  });

  it('is escaped in JSON, which means the same', () => {
    const value = { name: `${hostile}\u{e0041}` };
    const text = written(true, (output) => output.result(value, () => []));
    expect(text).not.toMatch(/[\u007f-\u009f]|\p{Cf}/u);
    expect(JSON.parse(text)).toEqual(value);
  });

  it('leaves words and emoji whole', () => {
    const text = 'می‌خواهم 👩‍🌾.txt';
    expect(written(false, (output) => output.note(text))).toBe(`${text}\n`);
  });
});
