import { build } from 'esbuild';

/** What loads at its first use: the calls with files, workers, the schemas of responses, and the packages beside them. */
export const lazyFiles = ['files', 'hosted-responses', 'js-yaml', 'p-wait-for', 'v1-responses', 'worker'];

/**
 * The code that an import of a built SDK reads, minified as bundlers do, without its dependencies.
 *
 * @param external The names of files beside it that are left out, too.
 */
export async function minifiedModule(path: string, external: readonly string[] = lazyFiles): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [path],
    external: external.map((name) => `./${name}.cjs`),
    packages: 'external',
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    write: false,
  });
  return outputFiles[0]?.contents ?? new Uint8Array();
}
