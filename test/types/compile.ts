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

/** Files are read once: nothing but the fixtures changes. */
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
 * What the compiler has to say of a file that uses the package: messages without their places, inner ones included. Files of
 * tests that run at the same time are compiled together, because the types that all of them need take most of the time.
 */
export function complaints(code: string): Promise<string[]> {
  return new Promise((resolve) => {
    if (waiting.push({ code, resolve }) === 1) setImmediate(compileWaiting);
  });
}

function compileWaiting(): void {
  const fixtures = waiting;
  waiting = [];
  // what one adds to a module, or to the library, is there in all files of its program
  const alone = fixtures.filter(({ code }) => /declare module|<reference/.test(code));
  const others = fixtures.filter((fixture) => !alone.includes(fixture));
  for (const together of [others, ...alone.map((fixture) => [fixture])]) compile(together);
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
