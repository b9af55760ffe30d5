import { build } from 'esbuild';

/** The files of the build that are loaded at their first use. */
export const lazyFiles = ['files', 'hosted-responses', 'js-yaml', 'p-wait-for', 'v1-responses', 'worker'];

/**
 * Bundles and minifies the code that an import of a built SDK reads, without its dependencies.
 *
 * @param external The names of sibling files to exclude as well.
 */
export async function minifyModule(path: string, external: readonly string[] = lazyFiles): Promise<Uint8Array> {
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
