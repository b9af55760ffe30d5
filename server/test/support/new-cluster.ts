import { unpackTemplate } from '../../src/store/embedded/data-template.js';

const template = new URL('../../dist/data-template.bin', import.meta.url);

/** Puts an empty cluster into the directory. If the build's template does not fit, opening the directory creates one. */
export async function newCluster(directory: string): Promise<string> {
  await unpackTemplate(template, directory);
  return directory;
}
