import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import type { Block, Page } from './page.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A line of a compiled file, and its position on the page. */
interface Line {
  readonly text: string;
  readonly page: string;
  readonly number: number;
}

/** A compiler error that the page shows on purpose: a comment `// ~~~` below the line, followed by the message in comments. */
interface AnnouncedError {
  readonly line: number;
  readonly message: string;
}

/**
 * Compiles every TypeScript block of the pages in one program, against the built packages.
 *
 * The blocks of a page are one program, from top to bottom. Each block is nested in the previous block, so that it can use the names
 * above it and declare a name again. Imports apply to the whole page. Code that readers already know is in a hidden block, an HTML
 * comment that begins with `<!-- ts`. A block that exports something or declares a module is a separate file.
 *
 * @returns The problems, as `page:line: message`.
 */
export function compileBlocks(pages: readonly Page[]): string[] {
  const files = new Map(
    pages.flatMap((page) => splitIntoFiles(page)).map((lines, index) => [`${root}docs-${index}.ts`, lines]),
  );
  return reportProblems(createProgram(files), files);
}

/** Returns the property names of each type, or the strings of a union, as the built package declares them. */
export function readMembers(types: readonly string[]): ReadonlyMap<string, string[]> {
  const name = `${root}docs-members.ts`;
  const fields = types.map((type) => `${type}: sdk.${type};`);
  const text = `import type * as sdk from 'millrace';\nexport declare const value: { ${fields.join(' ')} };`;
  const program = createProgram(new Map([[name, [{ text, page: '', number: 1 }]]]));
  const checker = program.getTypeChecker();
  const [value] = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(name)!)!);
  const namesIn = (type: ts.Type): string[] =>
    type.isUnion()
      ? type.types.flatMap((part) => (part.isStringLiteral() ? [part.value] : []))
      : checker.getPropertiesOfType(type).map((property) => property.name);
  const properties = checker.getPropertiesOfType(checker.getTypeOfSymbol(value!));
  return new Map(properties.map((property) => [property.name, namesIn(checker.getTypeOfSymbol(property))]));
}

/** Parsed libraries and declarations, which all programs share. */
const sourceFiles = new Map<string, ts.SourceFile | undefined>();

function createProgram(files: ReadonlyMap<string, readonly Line[]>): ts.Program {
  const { config } = ts.readConfigFile(`${root}tsconfig.json`, (path) => ts.sys.readFile(path)) as {
    config: { compilerOptions: object };
  };
  const options: ts.CompilerOptions = {
    ...ts.convertCompilerOptionsFromJson(config.compilerOptions, root).options,
    noUnusedLocals: false,
    noUnusedParameters: false,
    paths: { millrace: [`${root}dist/index.d.ts`], '@millrace/server': [`${root}server/dist/index.d.ts`] },
  };
  const host = ts.createCompilerHost(options);
  const getSourceFile = host.getSourceFile.bind(host);
  host.getSourceFile = (name, ...rest) => {
    const lines = files.get(name);
    if (!lines) {
      if (!sourceFiles.has(name)) sourceFiles.set(name, getSourceFile(name, ...rest));
      return sourceFiles.get(name);
    }
    return ts.createSourceFile(name, lines.map(({ text }) => text).join('\n'), ts.ScriptTarget.ES2022, true);
  };
  return ts.createProgram([...files.keys()], options, host);
}

function splitIntoFiles({ path, blocks }: Page): Line[][] {
  const imports = new Set<string>();
  const body: Line[] = [];
  const separateFiles: Line[][] = [];
  let depth = 0;
  for (const block of blocks) {
    if (block.language !== 'ts' && block.language !== 'typescript') continue;
    const source = ts.createSourceFile('block.ts', block.code, ts.ScriptTarget.ES2022, true);
    if (source.statements.some((statement) => needsSeparateFile(statement))) {
      // without an export, a module declaration would replace the module instead of augmenting it
      separateFiles.push([...toLines(block, path), { text: 'export {};', page: path, number: 0 }]);
      continue;
    }
    body.push({ text: '{', page: path, number: block.line }, ...toLines(takeImports(block, source, imports), path));
    depth++;
  }
  const end = { text: '}'.repeat(depth), page: path, number: 0 };
  const start = [...imports, 'export {};'].map((text) => ({ text, page: path, number: 0 }));
  return [[...start, ...body, end], ...separateFiles];
}

function needsSeparateFile(statement: ts.Statement): boolean {
  if (ts.isExportDeclaration(statement) || ts.isExportAssignment(statement) || ts.isModuleDeclaration(statement))
    return true;
  return ts.canHaveModifiers(statement) && ts.getModifiers(statement)?.[0]?.kind === ts.SyntaxKind.ExportKeyword;
}

/**
 * Moves a block's imports to `imports`, one statement for each name, so that several blocks can import the same name. Returns the
 * block with the imports replaced by spaces.
 */
function takeImports(block: Block, source: ts.SourceFile, imports: Set<string>): Block {
  let { code } = block;
  for (const statement of source.statements) {
    if (!ts.isImportDeclaration(statement)) continue;
    const from = statement.moduleSpecifier.getText(source);
    const clause = statement.importClause;
    const named = clause?.namedBindings;
    if (clause && named && ts.isNamedImports(named) && !clause.name) {
      const type = clause.phaseModifier === ts.SyntaxKind.TypeKeyword ? 'type ' : '';
      for (const element of named.elements) imports.add(`import ${type}{ ${element.getText(source)} } from ${from};`);
    } else {
      imports.add(statement.getText(source));
    }
    const [start, end] = [statement.getStart(source), statement.getEnd()];
    code = code.slice(0, start) + code.slice(start, end).replace(/[^\n]/g, ' ') + code.slice(end);
  }
  return { ...block, code };
}

function toLines({ code, line }: Block, page: string): Line[] {
  return code.split('\n').map((text, index) => ({ text, page, number: line + index }));
}

function reportProblems(program: ts.Program, files: ReadonlyMap<string, readonly Line[]>): string[] {
  return [...files].flatMap(([name, lines]) => {
    const source = program.getSourceFile(name);
    const announced = readAnnounced(lines);
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    const unexpected = found.flatMap(({ messageText, start = 0 }) => {
      const at = source?.getLineAndCharacterOfPosition(start).line ?? 0;
      const message = ts.flattenDiagnosticMessageText(messageText, '\n');
      const match = announced.find((error) => error.line === at && collapseWhitespace(message).includes(error.message));
      if (!match) return [`${locationOf(lines[at])}: ${message}`];
      announced.splice(announced.indexOf(match), 1);
      return [];
    });
    const missing = announced.map(
      ({ line, message }) => `${locationOf(lines[line])}: Expected the compiler to say: ${message}`,
    );
    return [...unexpected, ...missing];
  });
}

function readAnnounced(lines: readonly Line[]): AnnouncedError[] {
  return lines.flatMap(({ text }, index) => {
    if (!/^\s*\/\/\s*~+\s*$/.test(text)) return [];
    const rest = lines.slice(index + 1).map((line) => line.text);
    const end = rest.findIndex((line) => !line.trim().startsWith('//'));
    const words = rest.slice(0, end < 0 ? undefined : end).map((line) => line.replace(/^\s*\/\/\s*/, ''));
    return [{ line: index - 1, message: collapseWhitespace(words.join(' ')) }];
  });
}

function collapseWhitespace(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function locationOf(line: Line | undefined): string {
  return `${line?.page ?? '?'}:${line?.number ?? '?'}`;
}
