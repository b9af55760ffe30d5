import { describe, expect, it } from 'vitest';
import { runInProcess } from '../support/run-in-process.js';
import { millrace } from '../support/run-millrace.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

// nothing listens on this port, so a command that sent a request would end with exit code 3
const env = { MILLRACE_API_URL: 'http://127.0.0.1:1', MILLRACE_API_KEY: 'key-of-this-test' };

const run = (...args: string[]) => runInProcess(args, { cwd: temporaryDirectory(), env });

describe('an invalid command line', () => {
  it.each<[string[], RegExp]>([
    [[], /Missing command\. See/],
    [['--json'], /Expected a command, got only '--json'/],
    [['proces', 'a.txt'], /no command 'proces'.*Did you mean 'process'\?/],
    [['--vresion'], /no global option '--vresion'\. Did you mean '--version'\?/],
    [['--modules'], /no global option '--modules'\. Did you mean 'modules'\?/],
    [['--vrebose', 'parser'], /no global option '--vrebose'\. Did you mean '--verbose'\?/],
    [['process', 'a.txt', '--chian', 'parser'], /no option '--chian'\. Did you mean '--chain'\?/],
    [['process', 'a.txt', '--modules', 'parser'], /no option '--modules'\. Did you mean '--chain'\?/],
    [['process', 'a.txt', '--desc', 'x'], /no option '--desc'\. Did you mean '--description'\?/],
    [['serve', 'modules', 'parser'], /Unexpected argument 'modules'\. Did you mean '--modules'\?/],
    [['stat', 'id'], /no command 'stat'.*Did you mean 'status'\?/],
    [
      ['process', '-a.txt', '--chain', 'parser'],
      /no option '-a'\. If '-a\.txt' is a file, use '\.\/-a\.txt', or put it after '--'/,
    ],
    [['process', '--chain', 'parser', '--', '-a.txt'], /-a\.txt: There is no file at/],
    [
      ['process', 'a.txt', '--chain', 'parser', '--param', 'parser.chunk=2'],
      /a\.txt: --param parser\.chunk: Expected only parameters/,
    ],
    [['process', 'a.txt', '--chain', 'parser', '--dir', 'x'], /a\.txt: --dir: Expected a symbolic directory path/],
    [
      ['list', '--pipeline', 'notes', '--created-after', 'soon'],
      /--created-after: Expected 'YYYY-MM-DD' or 'YYYY-MM-DD HH:MM:SS' in UTC, got "soon"/,
    ],
    [['list', '--pipeline', 'notes', '--file-id', 'x'], /--file-id: Expected/],
    [['webhooks', 'add', 'ftp://example.com'], /URL: Expected/],
    [['status', 'mine'], /RUN_ID: Expected/],
    [['fetch', 'mine'], /FILE_ID: Expected/],
    [['process', '-', '--chain', 'parser'], /Missing --file-name NAME\. Its extension determines/],
    [['process', 'a.txt', '--chain', 'parser', '--file-name', 'b.txt'], /--file-name can only be used with '-'/],
    [['process', '-', '-x', '--chain', 'parser'], /no option '-x'/],
    [['process', '*.txt', '--chain', 'parser'], /Found no files that match '\*\.txt'/],
    [['unrelated'], /no command 'unrelated'\. See 'millrace help'/],
    [['help', 'lst'], /no command 'lst'.*Did you mean 'list'\?/],
    [['list', '--pipelin', 'notes'], /'millrace list' has no option '--pipelin'\. Did you mean '--pipeline'\?/],
    [['list', '-x'], /has no option '-x'/],
    [['list', '--constructor'], /has no option '--constructor'/],
    [['list', '--pipeline'], /--pipeline <value>' argument missing/],
    [['list'], /Missing --pipeline NAME, the pipeline that contains the files/],
    [['list', 'extra', '--pipeline', 'notes'], /Unexpected argument 'extra'/],
    [
      ['list', '--pipeline', 'notes', '--max-files', '0'],
      /Expected --max-files to be a whole number, at least 1, got '0'/,
    ],
    [['list', '--pipeline', 'notes', '--sort', 'up'], /Expected --sort to be one of ascending, descending, got 'up'/],
    [['list', '--pipeline', 'notes', '--tag', 'orwell'], /Expected --tag to have the form key=value, got 'orwell'/],
    [['process'], /Missing FILE\|DIR… after 'millrace process'/],
    [['process', 'a.txt'], /Expected --chain MODULE,MODULE or --config FILE, got neither/],
    [['process', 'a.txt', '--chain', 'parser', '--config', 'p.yaml'], /Expected either --chain or --config, got both/],
    [['process', 'a.txt', '--chain', 'parser,'], /Expected --chain to be a comma-separated list of names/],
    [
      ['process', 'a.txt', 'b.txt', '--chain', 'parser', '--name', 'c.txt'],
      /--name can only be used with a single file and without --manifest/,
    ],
    [['process', 'a.txt', '--chain', 'parser', '--expire', 'soon'], /Expected --expire to be a whole number/],
    [
      ['process', 'a.txt', '--chain', 'parser', '--save', 'out', '--no-save'],
      /either --save DIR or --no-save, got both/,
    ],
    [['process', 'a.txt', '--chain', 'parser', '--model', 'fixed'], /Expected --model to have the form key=value/],
    [
      ['process', 'a.txt', '--chain', 'parser', '--param', 'size=3'],
      /Expected --param to have the form module\.param=value/,
    ],
    [
      ['process', 'https://example.org/a.txt', '--chain', 'parser'],
      /Expected local files, got the URL 'https:\/\/example\.org\/a\.txt'\. Download it first/,
    ],
    [['process', 'a.txt', '--chain', 'parser,vector-db'], /'parser' outputs json, but 'vector-db' takes npy/],
    [['process', '-', '-', '--file-name', 'a.txt', '--chain', 'parser'], /Expected '-' once/],
    [['search', 'mill', '--pipeline', 'notes', '--k', '3'], /--k can only be used with --semantic/],
    [['update', 'id', '--pipeline', 'notes'], /Expected at least one change, got none/],
    [
      ['update', 'id', '--pipeline', 'notes', '--no-tags', '--tag', 'a=b'],
      /Expected either --tag or --no-tags, got both/,
    ],
    [['status'], /Missing RUN_ID after 'millrace status'/],
    [['status', ''], /Expected every argument to be non-empty/],
    [['serve', '--port', '65536'], /Expected --port to be a whole number between 0 and 65535, got '65536'/],
    [['serve', '--log-level', 'loud'], /Expected --log-level to be one of off, error, warn, info, debug, got 'loud'/],
    [['export', '-', '--json'], /--json cannot be used with '-'/],
    [
      ['import', 'nowhere.jsonl'],
      /Expected a file written by 'millrace export', got nowhere\.jsonl, which does not exist/,
    ],
    [['import', 'x'.repeat(256)], /which cannot be read: ENAMETOOLONG/],
  ])('is rejected with exit code 2 before any request is sent: %j', async (args, message) => {
    const { code, stdout, stderr } = await run(...args);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(/^millrace: /);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  it('ends the process with the same exit code and message', async () => {
    const args = ['list', '--pipelin', 'notes'];
    const ended = await millrace(args, { cwd: temporaryDirectory(), env });
    expect(ended).toEqual(await run(...args));
    expect(ended.code).toBe(2);
  });

  it.each([[['--api-key', 'sk-1234567890abcdef']], [['--api-key=sk-1234567890abcdef']]])(
    'is rejected if it contains a key, which the error does not repeat: %j',
    async (option) => {
      const { code, stdout, stderr } = await run('list', '--pipeline', 'notes', ...option);
      expect(code).toBe(2);
      expect(stderr).toMatch(/Set MILLRACE_API_KEY/);
      expect(stdout + stderr).not.toContain('sk-1234567890abcdef');
    },
  );
});

describe('global options', () => {
  it('are accepted before the command', async () => {
    const before = await run('--json', '--api-url', 'ftp://elsewhere', 'modules');
    const after = await run('modules', '--json', '--api-url', 'ftp://elsewhere');
    expect(before.stderr).toContain("the scheme 'ftp:'");
    expect(before).toEqual(after);
  });
});
