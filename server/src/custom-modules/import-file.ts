interface ImportOptions {
  /** Files that replace imported packages, by package name. */
  readonly alias?: Readonly<Record<string, string>>;
  /** Modules of this process that replace imported packages, by package name. */
  readonly modules?: Readonly<Record<string, unknown>>;
  /** Whether a file that is imported several times runs only once. @default true */
  readonly moduleCache?: boolean;
}

/** Imports a TypeScript or JavaScript file and its imports, in every version of Node, without writing files. */
export async function importFile(
  path: string,
  { alias = {}, modules = {}, moduleCache = true }: ImportOptions = {},
): Promise<Record<string, unknown>> {
  const { createJiti } = await import('jiti');
  // a cache on disk would write files elsewhere
  const jiti = createJiti(path, { fsCache: false, moduleCache, alias: { ...alias }, virtualModules: { ...modules } });
  return jiti.import(path);
}
