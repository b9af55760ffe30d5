import { describe, expect, it } from 'vitest';
import { checkLinks } from './links.js';
import { readPage } from './page.js';
import { compareStructure } from './same-structure.js';
import { checkShell } from './shell-blocks.js';
import { compileBlocks } from './typescript-blocks.js';

const page = (text: string, path = 'docs/page.md') => readPage(path, text);
const block = (language: string, code: string): string => `\`\`\`${language}\n${code}\n\`\`\`\n`;
const client = "<!-- ts\nimport { Client } from 'millrace';\nconst client = new Client();\n-->\n";

describe('readPage', () => {
  it('rejects a block that does not end', () => {
    expect(() => page('```\ntext\n\n# Title\n\n' + block('ts', ''))).toThrow(
      'docs/page.md:1: Expected the block to end before line 6',
    );
    expect(() => page('a\n```ts\ntext')).toThrow('docs/page.md:2: Expected what begins here to end');
  });

  it.each([
    ['without a reason', '<!-- sh: not run: -->', 'docs/page.md:1: Expected <!-- sh: not run: REASON -->'],
    [
      'with another keyword',
      '<!-- sh: not ran: it is slow -->',
      'docs/page.md:1: Expected <!-- sh: not run: REASON -->',
    ],
    [
      'without a block after it',
      '<!-- sh: not run: it is slow -->\n\nWords',
      'docs/page.md:3: Expected the block that is not run',
    ],
    ['at the end of the page', '<!-- sh: not run: it is slow -->', 'docs/page.md: Expected the block that is not run'],
    ['of a file without a name', '<!-- file\na\n-->', 'docs/page.md:1: Expected <!-- file: NAME'],
  ])('rejects a comment %s', (_case, text, problem) => expect(() => page(text)).toThrow(problem));
});

describe('compileBlocks', () => {
  const pages = [
    page(
      client + block('ts', "const words = client.createPipeline('w', ['keyword-db']);") + block('ts', 'words.name;'),
      'a.md',
    ),
    page(block('ts', 'const text = 1;') + block('ts', "const text = 'a';\ntext.trim();"), 'b.md'),
    page(client + block('ts', 'client.closed();'), 'c.md'),
    page(
      block('ts', "import { Client } from 'millrace';\n\nexport const client = new Client();") +
        block('ts', 'await client.close();'),
      'd.md',
    ),
    page(block('ts', "const n: number = 'a';\n//    ~\n// Type 'string' is not assignable"), 'e.md'),
    page(block('ts', 'const n: number = 1;\n//    ~\n// Type string is not assignable'), 'f.md'),
    page(block('ts', 'const = 1;'), 'g.md'),
  ];
  const problems = compileBlocks(pages);
  const problemsIn = (path: string): string[] => problems.filter((problem) => problem.startsWith(path));

  it('lets a block use the names of the blocks above it, including hidden blocks', () =>
    expect(problemsIn('a.md')).toEqual([]));
  it('lets a block declare a name again', () => expect(problemsIn('b.md')).toEqual([]));
  it('reports the line of a compiler error', () => {
    expect(problemsIn('c.md')).toEqual([
      expect.stringMatching(/^c\.md:6: Property 'closed' does not exist on type 'Client'/),
    ]);
  });
  it('compiles a block with an export as a separate file', () => {
    expect(problemsIn('d.md')).toEqual(["d.md:7: Cannot find name 'client'."]);
  });
  it('accepts a compiler error that the page announces', () => expect(problemsIn('e.md')).toEqual([]));
  it('reports an announced compiler error that does not occur', () => {
    expect(problemsIn('f.md')).toEqual(['f.md:2: Expected the compiler to say: Type string is not assignable']);
  });
  it('reports syntax errors', () => expect(problemsIn('g.md').length).toBeGreaterThan(0));
});

describe('checkShell', () => {
  const check = (code: string, language = 'sh'): string[] =>
    checkShell([page(block(language, code))], { '': ['build', 'test'], server: ['dev'] });

  it.each([
    ['a command with its options', 'npx millrace process a.txt --chain keyword-db --save out/   # and more'],
    ['commands in a pipe', "millrace list --pipeline n --json | jq -r '.items[]' | xargs millrace delete --pipeline n"],
    [
      'a variable and a command substitution',
      'id=$(MILLRACE_LOG=debug millrace process a.txt --chain parser --no-wait)',
    ],
    ['a line that continues after a backslash', 'millrace process a.txt \\\n  --chain parser'],
    ['npm scripts', 'npm install && npm run build && npm test'],
    ['npm scripts of a workspace', 'npm run dev -w server'],
    ['other programs', 'curl -s localhost:8418/health > out.txt'],
  ])('accepts %s', (_case, code) => expect(check(code)).toEqual([]));

  it.each([
    ['an unknown command', 'millrace proces a.txt', "docs/page.md:2: Expected a command of millrace, got 'proces'"],
    [
      'an unknown option',
      'cd x\nnpx millrace list --pipelin n',
      "docs/page.md:3: 'millrace list' has no option '--pipelin'.",
    ],
    ['a missing value', 'millrace list --pipeline', "docs/page.md:2: Option '--pipeline <value>' argument missing."],
    [
      'a missing argument',
      'FOO=1 millrace process --chain parser',
      "docs/page.md:2: Missing FILE|DIR… after 'millrace process'",
    ],
    [
      'an unknown command in a substitution',
      'x=$(millrace nothing)',
      "docs/page.md:2: Expected a command of millrace, got 'nothing'",
    ],
    ['an unknown npm script', 'npm run biuld', "docs/page.md:2: Expected npm to have a script 'biuld', got none"],
    ['an unknown program for npx', 'npx milrace list', 'docs/page.md:2: Expected npx to start one of'],
  ])('reports %s', (_case, code, problem) => expect(check(code)).toEqual([expect.stringContaining(problem)]));

  it('checks the commands after $ in a block of text, but not their output', () => {
    expect(check('$ millrace nothing\nmillrace nothing', '')).toHaveLength(1);
  });
});

describe('checkLinks', () => {
  const check = (text: string): string[] =>
    checkLinks([page(text), page('# One\n## Two `parts`, or more\n## One\n', 'README.md')], (path) =>
      ['README.md', 'docs/page.md', 'docs'].includes(path),
    );

  it.each([
    '[a](../README.md#two-parts-or-more)',
    '[a\nb](../README.md#one-1)',
    '# Señal\n[a](#señal)',
    '[a](https://example.org/x)',
    '[a](../docs/)',
  ])('accepts %s', (text) => expect(check(text)).toEqual([]));

  it('reports missing files and headings', () => {
    expect(check('[a](other.md)\n\n[b](../README.md#three)\n\n[`c`](#d)')).toEqual([
      'docs/page.md:1: Expected docs/other.md to be there, got nothing',
      'docs/page.md:3: Expected README.md to have a heading #three, got none',
      'docs/page.md:5: Expected docs/page.md to have a heading #d, got none',
    ]);
  });

  it('ignores links in code', () => expect(check(`${block('ts', 'a[b](c);')}\`[a](b)\``)).toEqual([]));
});

describe('compareStructure', () => {
  const english = `# A\n[es](b.md)\n\n## The files\n${block('ts', 'call(); // it calls')}\n| option | |\n|---|---|\n| \`x\` | one |\n\n[more](more.md)\n`;
  const spanish = `# A\n[en](a.md)\n\n## Los archivos\n${block('ts', 'call(); // llama')}\n| opción | |\n|---|---|\n| \`x\` | uno |\n\n[más](more.md)\n`;
  const compare = (one: string, other: string): string[] => compareStructure(page(one, 'a.md'), page(other, 'b.md'));

  it('accepts translated text and comments', () => expect(compare(english, spanish)).toEqual([]));

  it('reports what the translation lacks, and after which line', () => {
    expect(compare(english.replace('[more]', '| `y` | two |\n\n### How\n[more]'), spanish)).toEqual([
      'b.md lacks, after line 11, what is in a.md:13: a row of 2 cells that begins with `y`',
      'b.md lacks, after line 11, what is in a.md:15: ### How',
    ]);
  });

  it('reports what only the translation has', () => {
    expect(compare(english, spanish.replace('[más]', '[y](y.md)\n[más]'))).toEqual([
      'b.md:13 has what a.md has not: a link to y.md',
    ]);
  });

  it('does not require the hidden comments for tests in the translation', () => {
    const prepared = english.replace('## The files', '<!-- file: a.txt\na\n-->\n<!-- sh\nmkdir x\n-->\n## The files');
    expect(compare(prepared, spanish)).toEqual([]);
  });

  it('reports both blocks if their code differs', () => {
    expect(compare(english.replace('call()', 'other()'), spanish)).toEqual([
      'b.md lacks, after line 4, what is in a.md:6: the block ts that begins with `other(); // it calls`',
      'b.md:6 has what a.md has not: the block ts that begins with `call(); // llama`',
    ]);
  });
});
