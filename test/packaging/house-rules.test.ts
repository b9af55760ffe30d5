import { describe, expect, it } from 'vitest';
import { findBrokenRules } from './broken-rules.js';

const code = 'export const kept = 1;\n';
const todo = ['TO', 'DO'].join('');
const createTest = (modifier: string) => `it.${modifier}('holds', () => {});\n`;
const wrapInFunction = (body: string) => `export function kept(value) {\n  ${body}\n}\n`;

type Case = [what: string, path: string, content: string, rule: string];

const reported: Case[] = [
  ['a file name that says nothing', 'src/rules/utils.ts', code, 'house/file-names'],
  ['a file name that is not in kebab case', 'src/rules/pipelineName.ts', code, 'house/file-names'],
  ['a default export', 'src/rules/default.ts', 'export default 1;\n', 'import/no-default-export'],
  ['a file of more than 400 lines', 'src/rules/long.ts', code + '\n'.repeat(400), 'eslint/max-lines'],
  [
    'a file of the dashboard of more than 250 lines',
    'server/dashboard/parts/long.tsx',
    code + '\n'.repeat(250),
    'eslint/max-lines',
  ],
  ['a console in the SDK', 'src/http/console.ts', 'console.log(1);\n', 'eslint/no-console'],
  ['a skipped test', 'test/rules/left-out.test.ts', createTest('skip'), 'house/whole-tests'],
  ['a test that is still to do', 'test/rules/unwritten.test.ts', createTest('todo'), 'house/whole-tests'],
  ['an exclusive test', 'server/test/alone.test.ts', createTest('only'), 'house/whole-tests'],
  ['exclusive tests for each value', 'server/test/each.test.ts', createTest('only.each([1])'), 'house/whole-tests'],
  ['a warning comment', 'src/rules/unfinished.ts', `// ${todo}: the rest\n${code}`, 'eslint/no-warning-comments'],
  [
    'an interface whose name starts with I',
    'src/types/interface.ts',
    'export interface IName {}\n',
    'house/interface-names',
  ],
  [
    'an instanceof check across realms',
    'src/http/realm.ts',
    'export const kept = {} instanceof Date;\n',
    'house/realms',
  ],
  ['a method that signals lack in jsdom', 'src/http/signal.ts', 'signal?.throwIfAborted();\n', 'house/realms'],
  ['a forbidden word in a name', 'src/http/word.ts', 'export const readAnswer = 1;\n', 'house/words'],
  ['a forbidden word in a private name', 'src/http/private.ts', 'export class Kept { #answer; }\n', 'house/words'],
  ['forbidden words across lines', 'server/src/http/lines.ts', `/**\n * At\n * the most\n */\n${code}`, 'house/words'],
  ['forbidden words in a string', 'server/src/http/string.ts', "export const kept = 'for ever';\n", 'house/words'],
  ['forbidden words in a template', 'server/src/http/template.ts', 'export const kept = `for ever`;\n', 'house/words'],
  [
    'an import cycle',
    'src/http/cycle.ts',
    "import { there } from './back.js';\nexport const here = there;\n",
    'import/no-cycle',
  ],
  [
    'the other end of an import cycle',
    'src/http/back.ts',
    "import { here } from './cycle.js';\nexport const there = here;\n",
    'import/no-cycle',
  ],
  ['a loose comparison', 'src/http/equal.ts', 'export const kept = 1 == 2;\n', 'eslint/eqeqeq'],
  [
    'a value that is never read',
    'scripts/useless.js',
    wrapInFunction('let result = 1;\n  result = value;\n  return result;'),
    'eslint/no-useless-assignment',
  ],
  ['an unknown name in JavaScript', 'scripts/unknown.mjs', 'export const kept = document;\n', 'eslint/no-undef'],
  ['unreachable code', 'scripts/unreached.mjs', wrapInFunction('return 1; value();'), 'eslint/no-unreachable'],
  ['an import between rooms', 'src/flow/import.ts', "import '../http/request.js';\n", 'house/arrows'],
  [
    'a type import between rooms',
    'src/flow/types.ts',
    "import type { Kept } from '../http/request.js';\nexport type { Kept };\n",
    'house/arrows',
  ],
  [
    'an import() type between rooms',
    'src/flow/type.ts',
    "export type Kept = import('../http/request.js').Kept;\n",
    'house/arrows',
  ],
  [
    'a dynamic import between rooms',
    'src/flow/later.ts',
    "export const kept = () => import('../http/request.js');\n",
    'house/arrows',
  ],
  ['a re-export between rooms', 'src/flow/all.ts', "export * from '../http/request.js';\n", 'house/arrows'],
  [
    'a re-export by name between rooms',
    'src/flow/name.ts',
    "export { kept } from '../http/request.js';\n",
    'house/arrows',
  ],
  [
    'a require() call between rooms',
    'src/flow/require.ts',
    "export const kept = require('../http/request.js');\n",
    'house/arrows',
  ],
  ['a package import in another room', 'server/src/store/package.ts', "import 'hono/streaming';\n", 'house/arrows'],
];

const accepted: Case[] = [
  ['the default export of a configuration', 'examples/millrace.config.ts', 'export default {};\n', ''],
  ['a console in the CLI', 'src/cli/name.ts', 'console.log(1);\n', ''],
  ['a file of 400 lines', 'src/rules/name.ts', code + '\n'.repeat(399), ''],
  ['an interface whose name is a word with I', 'src/types/image.ts', 'export interface Image { url: string }\n', ''],
  ['an instanceof check in the server', 'server/src/http/realm.ts', 'export const kept = {} instanceof Date;\n', ''],
  ['a comparison with null', 'src/http/null.ts', 'export const kept = (value: unknown) => value == null;\n', ''],
  [
    'a file that imports a file of the next case',
    'src/http/user.ts',
    "import { used } from './used.js';\nexport type Kept = 1;\nexport const kept = used;\n",
    '',
  ],
  [
    'a file that imports types of the previous case',
    'src/http/used.ts',
    "import type { Kept } from './user.js';\nexport const used: Kept = 1;\n",
    '',
  ],
];

const broken = findBrokenRules([...reported, ...accepted].map(([, path, content]) => [path, content]));

describe('the linter reports', () => {
  it.each(reported)('%s', (_what, path, _content, rule) => {
    expect(broken.get(path)).toContain(rule);
  });
});

describe('the linter accepts', () => {
  it.each(accepted)('%s', (_what, path) => {
    expect(broken.get(path)).toEqual([]);
  });
});
