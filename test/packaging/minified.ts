import { build } from 'esbuild';

/**
 * The code that an import of a built SDK reads, minified as bundlers do. Other packages do not belong to it, be they
 * dependencies or files beside it: they are loaded when their time comes.
 */
export async function minifiedModule(path: string): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [path],
    external: ['./hosted-responses.cjs', './js-yaml.cjs', './p-wait-for.cjs', './v1-responses.cjs'],
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
