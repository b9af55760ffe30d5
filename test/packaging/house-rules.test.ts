import { describe, expect, it } from 'vitest';
import { brokenRules } from './broken-rules.js';

const code = 'export const kept = 1;\n';
const later = ['TO', 'DO'].join('');
const test = (modifier: string) => `it.${modifier}('holds', () => {});\n`;
const inFunction = (body: string) => `export function kept(value) {\n  ${body}\n}\n`;

type Case = [what: string, path: string, content: string, rule: string];

const reported: Case[] = [
  ['a file named after nothing', 'src/rules/utils.ts', code, 'house/file-names'],
  ['a file name in another case', 'src/rules/pipelineName.ts', code, 'house/file-names'],
  ['a default export', 'src/rules/default.ts', 'export default 1;\n', 'import/no-default-export'],
  ['a file of more than 400 lines', 'src/rules/long.ts', code + '\n'.repeat(400), 'eslint/max-lines'],
  [
    'a file of the dashboard of more than 250 lines',
    'server/dashboard/parts/long.tsx',
    code + '\n'.repeat(250),
    'eslint/max-lines',
  ],
  ['a console in the SDK', 'src/http/console.ts', 'console.log(1);\n', 'eslint/no-console'],
  ['a test that is left out', 'test/rules/left-out.test.ts', test('skip'), 'house/whole-tests'],
  ['a test that is still to be written', 'test/rules/unwritten.test.ts', test('todo'), 'house/whole-tests'],
  ['a test that leaves others out', 'server/test/alone.test.ts', test('only'), 'house/whole-tests'],
  [
    'tests for each value that leave others out',
    'server/test/each.test.ts',
    test('only.each([1])'),
    'house/whole-tests',
  ],
  [
    'what is still to be done',
    'src/rules/unfinished.ts',
    `// ${later}: the rest\n${code}`,
    'eslint/no-warning-comments',
  ],
  [
    'an interface that says that it is one',
    'src/types/interface.ts',
    'export interface IName {}\n',
    'house/interface-names',
  ],
  ['a class of another realm', 'src/http/realm.ts', 'export const kept = {} instanceof Date;\n', 'house/realms'],
  ['a method that signals of jsdom lack', 'src/http/signal.ts', 'signal?.throwIfAborted();\n', 'house/realms'],
  ['a forbidden word in a name', 'src/http/word.ts', 'export const readAnswer = 1;\n', 'house/words'],
  ['a forbidden word in a private name', 'src/http/private.ts', 'export class Kept { #answer; }\n', 'house/words'],
  ['forbidden words across lines', 'server/src/http/lines.ts', `/**\n * At\n * the most\n */\n${code}`, 'house/words'],
  ['forbidden words in a string', 'server/src/http/string.ts', "export const kept = 'for ever';\n", 'house/words'],
  ['forbidden words in a template', 'server/src/http/template.ts', 'export const kept = `for ever`;\n', 'house/words'],
  [
    'a cycle',
    'src/http/cycle.ts',
    "import { there } from './back.js';\nexport const here = there;\n",
    'import/no-cycle',
  ],
  [
    'its other end',
    'src/http/back.ts',
    "import { here } from './cycle.js';\nexport const there = here;\n",
    'import/no-cycle',
  ],
  ['a comparison that converts', 'src/http/equal.ts', 'export const kept = 1 == 2;\n', 'eslint/eqeqeq'],
  [
    'a value that is never read',
    'scripts/useless.js',
    inFunction('let result = 1;\n  result = value;\n  return result;'),
    'eslint/no-useless-assignment',
  ],
  ['an unknown name in JavaScript', 'scripts/unknown.mjs', 'export const kept = document;\n', 'eslint/no-undef'],
  ['code that is never reached', 'scripts/unreached.mjs', inFunction('return 1; value();'), 'eslint/no-unreachable'],
  ['an import between rooms', 'src/flow/import.ts', "import '../http/request.js';\n", 'house/arrows'],
  [
    'one of types',
    'src/flow/types.ts',
    "import type { Kept } from '../http/request.js';\nexport type { Kept };\n",
    'house/arrows',
  ],
  ['one inside a type', 'src/flow/type.ts', "export type Kept = import('../http/request.js').Kept;\n", 'house/arrows'],
  ['one for later', 'src/flow/later.ts', "export const kept = () => import('../http/request.js');\n", 'house/arrows'],
  ['one to pass on', 'src/flow/all.ts', "export * from '../http/request.js';\n", 'house/arrows'],
  ['one to pass on by name', 'src/flow/name.ts', "export { kept } from '../http/request.js';\n", 'house/arrows'],
  [
    'one through require',
    'src/flow/require.ts',
    "export const kept = require('../http/request.js');\n",
    'house/arrows',
  ],
  ['one of a package', 'server/src/store/package.ts', "import 'hono/streaming';\n", 'house/arrows'],
];

const accepted: Case[] = [
  ['the default export of a configuration', 'examples/millrace.config.ts', 'export default {};\n', ''],
  ['a console in the command', 'src/cli/name.ts', 'console.log(1);\n', ''],
  ['a file of 400 lines', 'src/rules/name.ts', code + '\n'.repeat(399), ''],
  ['an interface whose name begins with I', 'src/types/image.ts', 'export interface Image { url: string }\n', ''],
  ['a class of the realm in the server', 'server/src/http/realm.ts', 'export const kept = {} instanceof Date;\n', ''],
  ['a comparison with null', 'src/http/null.ts', 'export const kept = (value: unknown) => value == null;\n', ''],
  [
    'types of a file that imports this one',
    'src/http/user.ts',
    "import { used } from './used.js';\nexport type Kept = 1;\nexport const kept = used;\n",
    '',
  ],
  [
    'a file that imports their types',
    'src/http/used.ts',
    "import type { Kept } from './user.js';\nexport const used: Kept = 1;\n",
    '',
  ],
];

const broken = brokenRules([...reported, ...accepted].map(([, path, content]) => [path, content]));

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
