interface ImportOptions {
  /** The files or directories to import instead of packages, by package name. */
  readonly alias?: Readonly<Record<string, string>>;
  /** The loaded modules to use instead of importing packages, by package name. */
  readonly modules?: Readonly<Record<string, unknown>>;
  /** Whether to cache imported files, so that each runs only once. @default true */
  readonly moduleCache?: boolean;
}

/** Imports a TypeScript or JavaScript file. Works in every supported version of Node, and writes no files. */
export async function importFile(
  path: string,
  { alias = {}, modules = {}, moduleCache = true }: ImportOptions = {},
): Promise<Record<string, unknown>> {
  const { createJiti } = await import('jiti');
  // disable the disk cache, which would write files to a temporary directory or to `node_modules`
  const jiti = createJiti(path, { fsCache: false, moduleCache, alias: { ...alias }, virtualModules: { ...modules } });
  return jiti.import(path);
}
