import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import { importX, createNodeResolver } from 'eslint-plugin-import-x';
import reactHooks from 'eslint-plugin-react-hooks';
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
  js.configs.recommended,
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
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { project: ['tsconfig.json', 'server/dashboard/tsconfig.json'], tsconfigRootDir: root },
    },
    rules: {
      'max-lines': ['error', { max: 400 }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // an interface may ask for a promise where one implementation has nothing to wait for
      '@typescript-eslint/require-await': 'off',
      // the module registry is open: users add names to it, so `keyof ModuleRegistry & string` is not what it is today
      '@typescript-eslint/no-redundant-type-constituents': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-restricted-syntax': ['error', prefixed],
    },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: { globals: nodeGlobals },
  },
  { files: ['**/*.cjs'], languageOptions: { globals: { __dirname: 'readonly', __filename: 'readonly' } } },
  { files: ['src/**/*.ts', 'server/src/**/*.ts', 'server/dashboard/**/*.{ts,tsx}'], rules: { 'house/words': 'error' } },
  {
    files: ['server/dashboard/**/*.{ts,tsx}'],
    extends: [reactHooks.configs.flat['recommended-latest']],
    rules: { 'max-lines': ['error', { max: 250 }], '@typescript-eslint/no-unnecessary-type-parameters': 'off' },
  },
  { files: ['src/**/*.ts'], ignores: ['src/cli/**'], rules: { 'no-console': 'error' } },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/shared/rules/class-of.ts'],
    rules: { 'no-restricted-syntax': ['error', prefixed, ...realmBound] },
  },
  {
    files: tests,
    rules: {
      'no-restricted-syntax': ['error', prefixed, ...['it', 'test', 'describe', 'suite'].map(focused)],
      // a missing value fails the test, which is what it is for
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  // a tool asks for it
  { files: ['**/*.config.{js,ts}'], rules: { 'import-x/no-default-export': 'off' } },
);
