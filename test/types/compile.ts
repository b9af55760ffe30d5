import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../..', import.meta.url));
const fileName = `${root}test/types/fixture.ts`;

const { config } = ts.readConfigFile(`${root}tsconfig.json`, (path) => ts.sys.readFile(path)) as {
  config: { compilerOptions: object };
};
const options: ts.CompilerOptions = {
  ...ts.convertCompilerOptionsFromJson(config.compilerOptions, root).options,
  noUnusedLocals: false,
  declaration: true,
};

/** Files are read once: nothing but the fixture changes. */
const files = new Map<string, ts.SourceFile | undefined>();
const host = ts.createCompilerHost(options);
const readFile = host.getSourceFile.bind(host);
let program: ts.Program | undefined;

/** What the compiler has to say of a file that uses the package: messages without their places, inner ones included. */
export function complaints(code: string): string[] {
  host.getSourceFile = (name, ...rest) => {
    if (name === fileName) return ts.createSourceFile(name, code, ts.ScriptTarget.ES2022, true);
    if (!files.has(name)) files.set(name, readFile(name, ...rest));
    return files.get(name);
  };
  program = ts.createProgram([fileName], options, host, program);
  const source = program.getSourceFile(fileName);
  return [
    ...program.getSyntacticDiagnostics(source),
    ...program.getSemanticDiagnostics(source),
    ...program.getDeclarationDiagnostics(source),
  ].map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}
