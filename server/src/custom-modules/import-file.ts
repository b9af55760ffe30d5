interface ImportOptions {
  /** Replaces imported packages by files. */
  readonly alias?: Readonly<Record<string, string>>;
  /** Replaces imported packages by what this process has of them. */
  readonly modules?: Readonly<Record<string, unknown>>;
  /** Whether a file that is imported twice runs only once. @default true */
  readonly moduleCache?: boolean;
}

/** Imports a TypeScript or JavaScript file, whatever the version of Node. Reads its imports, too, and writes no files. */
export async function importFile(
  path: string,
  { alias = {}, modules = {}, moduleCache = true }: ImportOptions = {},
): Promise<Record<string, unknown>> {
  const { createJiti } = await import('jiti');
  // a cache on disk would write files elsewhere
  const jiti = createJiti(path, { fsCache: false, moduleCache, alias: { ...alias }, virtualModules: { ...modules } });
  return jiti.import(path);
}
