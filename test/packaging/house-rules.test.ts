import js from '@eslint/js';
import { readFileSync } from 'node:fs';
import tseslint from 'typescript-eslint';
import { describe, expect, it } from 'vitest';
import { root } from './packed-sdk.js';
import { brokenRules } from './broken-rules.js';

const code = 'export const kept = 1;\n';
const later = ['TO', 'DO'].join('');
const test = (modifier: string) => `it.${modifier}('holds', () => {});\n`;

describe('the linter reports', () => {
  it.each([
    ['a file named after nothing', 'src/rules/utils.ts', code, 'house/file-names'],
    ['a file name in another case', 'src/rules/pipelineName.ts', code, 'house/file-names'],
    ['a default export', 'src/rules/name.ts', 'export default 1;\n', 'import-x/no-default-export'],
    ['a file of more than 400 lines', 'src/rules/name.ts', code + '\n'.repeat(400), 'max-lines'],
    ['a console in the SDK', 'src/http/name.ts', 'console.log(1);\n', 'no-console'],
    ['a test that is left out', 'test/rules/name.test.ts', test('skip'), 'no-restricted-syntax'],
    ['a test that leaves others out', 'server/test/name.test.ts', test('only'), 'no-restricted-syntax'],
    ['what is still to be done', 'src/rules/name.ts', `// ${later}: the rest\n${code}`, 'no-warning-comments'],
    [
      'an interface that says that it is one',
      'src/types/name.ts',
      'export interface IName {}\n',
      'no-restricted-syntax',
    ],
  ])('%s', async (_what, path, content, rule) => {
    expect((await brokenRules(path, content)).join()).toContain(rule);
  });
});

describe('the linter accepts', () => {
  it.each([
    ['the default export of a configuration', 'examples/millrace.config.ts', 'export default {};\n'],
    ['a console in the command', 'src/cli/name.ts', 'console.log(1);\n'],
    ['a file of 400 lines', 'src/rules/name.ts', code + '\n'.repeat(399)],
  ])('%s', async (_what, path, content) => {
    expect(await brokenRules(path, content)).toEqual([]);
  });
});

describe('what holds for any TypeScript', () => {
  /** Rules that are off, or that ESLint has, and why. */
  const elsewhere: Readonly<Record<string, string>> = {
    'no-octal': 'a syntax error in modules',
    'no-useless-assignment': "ESLint has it: Oxlint's does not see that a loop may come back to the value",
    'require-await': 'an interface may ask for a promise where one implementation has nothing to wait for',
    'no-redundant-type-constituents': 'the module registry is open: users add names to it',
    'no-unsafe-class-instance-assignment': 'Oxlint does not have it yet',
  };

  it('is on in Oxlint: all rules that ESLint and typescript-eslint recommend', () => {
    const { rules } = JSON.parse(readFileSync(`${root}.oxlintrc.json`, 'utf8')) as { rules: Record<string, unknown> };
    const on = new Set(Object.keys(rules).map((name) => name.replace('typescript/', '')));
    const recommended: Record<string, unknown> = {};
    for (const { rules } of [js.configs.recommended, ...tseslint.configs.strictTypeChecked]) {
      Object.assign(recommended, rules);
    }
    const wanted = Object.keys(recommended).filter((name) => recommended[name] !== 'off');
    const left = wanted.map((name) => name.replace('@typescript-eslint/', '')).filter((name) => !on.has(name));
    expect(left.sort()).toEqual(Object.keys(elsewhere).sort());
  });
});
