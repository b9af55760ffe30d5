import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readPage } from '../page.js';
import { readNotRun, readScript } from './page-script.js';
import { Reader } from './reader.js';
import { matchShown } from './shown-output.js';

const sh = (code: string): string => `\`\`\`sh\n${code}\n\`\`\`\n`;
const text = (code: string): string => `\`\`\`\n${code}\n\`\`\`\n`;
const ids = ['6a3126a2-11f0-4c3c-8b3b-0a9c2a0c3a70', 'c64157e7-7a70-4628-8183-73fb5aaa26dd'] as const;

/** Follows a page in a plain shell, with a script as the `millrace` command. */
async function followPage(page: string, millrace = 'exit 1'): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'millrace-follow-'));
  const reader = new Reader({
    env: { PATH: `${home}:/usr/bin:/bin` },
    hasPostgres: false,
    makeHome: () => home,
    close: () => Promise.resolve(),
  });
  onTestFinished(async () => {
    await reader.close();
    rmSync(home, { recursive: true, force: true });
  });
  const command = `<!-- sh\nprintf '%s\\n' '#!/bin/bash' "${millrace}" >../millrace && chmod +x ../millrace\n-->\n`;
  await reader.follow(readScript(readPage('page.md', command + page)));
}

describe('a reader who follows a page', () => {
  it.each([
    ['types commands one after another in one shell', sh('x=1') + sh('[ $x = 1 ]')],
    ['continues in the next line after a backslash', sh('[ a = \\\n  a ]')],
    ['ignores comments', sh('# not-a-command\ntrue # nor-this')],
    ['writes the files of the page', `A file, \`notes.txt\`:\n${text('mill')}${sh('grep mill notes.txt')}`],
    ['writes the files in comments', `<!-- file: a/b.txt\nmill\n-->\n${sh('grep mill a/b.txt')}`],
    ['compares the output with the page', text('$ echo a; echo b\na\nb\n$ echo c\nc')],
    ['compares the output with the block below', sh('echo a\necho b') + text('b')],
    ['replaces placeholders with their meaning', `<!-- sh\nmeans NAME "$(echo mill)"\n-->\n${sh('[ NAME = mill ]')}`],
    [
      'replaces a shown id with the printed id',
      `${text(`$ echo ${ids[1]} >id; cat id\n${ids[0]}`)}${sh(`[ ${ids[0]} = "$(cat id)" ]`)}`,
    ],
    ['skips commands that are marked as not run', `<!-- sh: not run: it fails -->\n\n${sh('false')}`],
    ['works in a home directory', text('$ echo "$HOME/x"\n/home/you/x')],
  ])('%s', (_case, page) => followPage(page));

  it.each([
    ['a command that fails', `words\n${sh('true\nfalse')}`, /^page\.md:7: Expected `false` to end with code 0, got 1/],
    ['a command that fails before a pipe', sh('false | cat'), /to end with code 0, got 1/],
    ['a missing program', sh('milrace list'), /got 127[^]*milrace: command not found/],
    ['a syntax error', sh("echo 'a"), /to end with code 0[^]*unexpected EOF/],
    ['a missing file', sh('cat notes.txt'), /notes\.txt: No such file/],
    ['another output', text('$ echo a\nb'), /^page\.md:5: Expected `echo a` to print what the page shows:\nb\ngot:\na/],
    ['another output in the block below', sh('echo a') + text('b'), /to print what the page shows:\nb/],
    ['output that the page omits', text('$ echo a; echo b\na'), /to print what the page shows/],
    ['an error that does not occur', text('$ true\nmillrace: no'), /Expected `true` to fail, as the page shows, got 0/],
    ['a placeholder without a meaning', '<!-- sh\nmeans NAME ""\n-->\n', /to end with code 0, got 1/],
  ])('reports %s', (_case, page, problem) => expect(followPage(page)).rejects.toThrow(problem));

  it('runs a server in another terminal, and stops it with Ctrl-C', async () => {
    const serverScript = "trap 'echo stopped >~/log; exit 0' INT; echo ready; while :; do sleep 0.01; done";
    const page = text('$ millrace serve\nready') + sh('[ ! -e log ]') + '<!-- sh\ninterrupt\ngrep stopped log\n-->\n';
    await followPage(page, serverScript);
    await expect(followPage(page, serverScript.replace('exit 0', 'exit 3'))).rejects.toThrow(
      /^page\.md:5: Expected code 0 when it is interrupted, got 3/,
    );
    await expect(followPage(sh('millrace serve'), 'echo no >&2; exit 1')).rejects.toThrow(
      /^page\.md:5: ended without [^]*no/,
    );
    await expect(followPage(text('$ millrace serve\nlistening'), serverScript)).rejects.toThrow(
      /to print what the page shows/,
    );
  });
});

describe('matchShown', () => {
  const matches = (shown: string, printed: string): boolean => matchShown(shown, printed, new Map()) !== undefined;

  it.each([
    [`run ${ids[0]} (purple-dogfish)`, `run ${ids[1]} (red-ox)`],
    [`${ids[0]} and ${ids[0]}`, `${ids[1]} and ${ids[1]}`],
    ['(request 69d7234a-…)', `(request ${ids[0]})`],
    ['key d7…b1, at http://127.0.0.1:8418', 'key 0a…1c, at http://127.0.0.1:1'],
    ['took 0.4 s', 'took 12 ms'],
    ['expires 2026-05-04T12:30:00.000Z', 'expires 2031-01-01T00:00:00.000Z'],
    ['/may/mill-ibgbbcursb.txt', '/may/mill-aaaaaaaaaa.txt'],
    ['a\n…', 'a\nb\nc'],
    [`${'a'.repeat(100)}\nb`, `${'a'.repeat(100)} b`],
    ['a.b  c', 'a.b    c\n'],
  ])('%s matches %s', (shown, printed) => expect(matches(shown, printed)).toBe(true));

  it.each([
    [`${ids[0]} and ${ids[0]}`, `${ids[0]} and ${ids[1]}`],
    [`run ${ids[0]} (purple-dogfish)`, `run ${ids[1]}`],
    ['line 1  word 7', 'line 1  word 8'],
    ['(85 bytes)', '(86 bytes)'],
    ['a.b', 'axb'],
    ['a\nb', 'a b'],
    ['a', 'a\nb'],
    ['/may/mill-ibgbbcursb.txt', '/may/wheel-aaaaaaaaaa.txt'],
    ['took 0.4 s', 'took long'],
  ])('%s does not match %s', (shown, printed) => expect(matches(shown, printed)).toBe(false));

  it('applies the meanings of earlier output', () => {
    const known = matchShown(ids[0], ids[1], new Map())!;
    expect([...known]).toEqual([[ids[0], ids[1]]]);
    expect(matchShown(`again ${ids[0]}`, `again ${ids[1]}`, known)).toBeDefined();
    expect(matchShown(`again ${ids[0]}`, `again ${ids[0]}`, known)).toBeUndefined();
  });
});

it('readNotRun returns skipped commands with the reason', () => {
  const page = readPage('page.md', `<!-- sh: not run: it changes\nthe machine -->\n\n${sh('mount x # y\ntrue')}`);
  expect(readNotRun(page)).toEqual([
    { where: 'page.md:5', commands: ['mount x', 'true'], reason: 'it changes the machine' },
  ]);
});
