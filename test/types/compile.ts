import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../..', import.meta.url));

const { config } = ts.readConfigFile(`${root}tsconfig.json`, (path) => ts.sys.readFile(path)) as {
  config: { compilerOptions: object };
};
const options: ts.CompilerOptions = {
  ...ts.convertCompilerOptionsFromJson(config.compilerOptions, root).options,
  noUnusedLocals: false,
  declaration: true,
};

/** Source files by path. Only the fixtures change, so every other file is read once. */
const files = new Map<string, ts.SourceFile | undefined>();
const host = ts.createCompilerHost(options);
const readFile = host.getSourceFile.bind(host);
let program: ts.Program | undefined;

interface Fixture {
  readonly code: string;
  readonly resolve: (messages: string[]) => void;
}

let waiting: Fixture[] = [];

/**
 * Compiles a file that uses the package and returns the compiler's messages without their positions, nested messages included.
 * Files of concurrent tests are compiled together, because most of the time goes into the types that all of them need.
 */
export function compileErrors(code: string): Promise<string[]> {
  return new Promise((resolve) => {
    if (waiting.push({ code, resolve }) === 1) setImmediate(compileWaiting);
  });
}

function compileWaiting(): void {
  const fixtures = waiting;
  waiting = [];
  // an augmented module or an added library applies to every file of its program
  const augmenting = fixtures.filter(({ code }) => /declare module|<reference/.test(code));
  const others = fixtures.filter((fixture) => !augmenting.includes(fixture));
  for (const group of [others, ...augmenting.map((fixture) => [fixture])]) compile(group);
}

function compile(fixtures: readonly Fixture[]): void {
  const codes = new Map(fixtures.map(({ code }, index) => [`${root}test/types/fixture-${index}.ts`, code]));
  host.getSourceFile = (name, ...rest) => {
    const code = codes.get(name);
    if (code !== undefined) return ts.createSourceFile(name, code, ts.ScriptTarget.ES2022, true);
    if (!files.has(name)) files.set(name, readFile(name, ...rest));
    return files.get(name);
  };
  const compiled = ts.createProgram([...codes.keys()], options, host, program);
  program = compiled;
  [...codes.keys()].forEach((name, index) => {
    const source = compiled.getSourceFile(name);
    const messages = [
      ...compiled.getSyntacticDiagnostics(source),
      ...compiled.getSemanticDiagnostics(source),
      ...compiled.getDeclarationDiagnostics(source),
    ].map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
    fixtures[index]!.resolve(messages);
  });
}
