import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtCli } from './support/run-millrace.js';
import { serving, type Serving } from './support/serving.js';
import { writeTexts } from './support/texts.js';

let millrace: Serving;
beforeAll(async () => {
  millrace = await serving();
  writeTexts(millrace.directory);
});
afterAll(() => millrace.close());

const python = 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))';

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

/** What is left to see: lines, with `CSI n F` (up n lines) and `CSI J` (erase what is below) carried out. */
function screen(written: string): string[] {
  const lines = [''];
  // eslint-disable-next-line no-control-regex -- a terminal is told by control characters
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
      expect.stringMatching(/^harbour\.txt: completed, file \S+$/),
      expect.stringMatching(/^mill\.txt: completed, file \S+$/),
    ]);
  });

  it('colours the word before an error, unless NO_COLOR asks for none', async () => {
    const coloured = await onTerminal(['nonsense']);
    expect(coloured.written).toContain('\u001b[31mmillrace:\u001b[39m');
    const plain = await onTerminal(['nonsense'], { NO_COLOR: '1' });
    expect(plain.written).not.toContain('\u001b');
    expect(plain.written).toContain('millrace: There is no command');
  });
});
