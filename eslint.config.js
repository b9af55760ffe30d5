import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import { importX, createNodeResolver } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';
import { arrowZones } from './lint/arrows.js';
import { fileNames } from './lint/file-names.js';
import { forbiddenWords } from './lint/forbidden-words.js';

const root = import.meta.dirname;
const tests = ['test/**/*.ts', 'server/test/**/*.ts'];

const resolver = createNodeResolver({
  extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json'],
  extensionAlias: { '.js': ['.ts', '.tsx', '.js'] },
  tsconfig: { configFile: `${root}/tsconfig.json` },
});

/** What this Node has; what its oldest supported version lacks, the tests say. */
const nodeGlobals = Object.fromEntries(Object.getOwnPropertyNames(globalThis).map((name) => [name, 'readonly']));

const prefixed = {
  selector: 'TSInterfaceDeclaration[id.name=/^I[A-Z][a-z]/]',
  message: "Expected an interface's name to be of the thing, not to say that it is an interface.",
};

const focused = (object) => ({
  selector: `MemberExpression[object.name='${object}'][property.name=/^(only|skip|todo)$/]`,
  message: 'A test runs, or is not there.',
});

/** Under jest, the classes of Node's modules are not those of the program, and jsdom's signals lack a method. */
const realmBound = [
  {
    selector:
      "BinaryExpression[operator='instanceof'][right.name=/^(Error|Date|URL|Blob|File|Map|Set|Promise|RegExp|ArrayBuffer|Uint8Array)$/]",
    message: 'Expected a function of class-of.ts: the value may be from another realm.',
  },
  {
    selector: "CallExpression[callee.property.name='throwIfAborted']",
    message: "Expected `throwIfAborted(signal)` of abort-reason.ts: jsdom's signals have no such method.",
  },
];

export default defineConfig(
  globalIgnores([
    '**/dist/',
    '.types/',
    'docs/api/',
    'coverage/',
    'test/consumers/',
    'examples/files/',
    'examples/out/',
  ]),
  {
    plugins: { 'import-x': importX, house: { rules: { 'file-names': fileNames, words: forbiddenWords } } },
    settings: { 'import-x/resolver-next': [resolver] },
    rules: {
      'house/file-names': 'error',
      'import-x/no-default-export': 'error',
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'import-x/no-restricted-paths': ['error', { basePath: root, zones: arrowZones() }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx', 'hack'], location: 'anywhere' }],
    },
  },
  {
    files: ['**/*.{ts,tsx}'],
    // what holds for any TypeScript, with and without types, is in .oxlintrc.json: its linter takes a fifth of the time
    languageOptions: { parser: tseslint.parser },
    rules: {
      'max-lines': ['error', { max: 400 }],
      'no-restricted-syntax': ['error', prefixed],
      // oxlint's does not see that a loop may come back to the value
      'no-useless-assignment': 'error',
    },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    extends: [js.configs.recommended],
    languageOptions: { globals: nodeGlobals },
  },
  { files: ['**/*.cjs'], languageOptions: { globals: { __dirname: 'readonly', __filename: 'readonly' } } },
  { files: ['src/**/*.ts', 'server/src/**/*.ts', 'server/dashboard/**/*.{ts,tsx}'], rules: { 'house/words': 'error' } },
  { files: ['server/dashboard/**/*.{ts,tsx}'], rules: { 'max-lines': ['error', { max: 250 }] } },
  { files: ['src/**/*.ts'], ignores: ['src/cli/**'], rules: { 'no-console': 'error' } },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/shared/rules/class-of.ts'],
    rules: { 'no-restricted-syntax': ['error', prefixed, ...realmBound] },
  },
  {
    files: tests,
    rules: { 'no-restricted-syntax': ['error', prefixed, ...['it', 'test', 'describe', 'suite'].map(focused)] },
  },
  // a tool asks for it
  { files: ['**/*.config.{js,ts}'], rules: { 'import-x/no-default-export': 'off' } },
);
