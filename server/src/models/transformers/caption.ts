import { readFile } from 'node:fs/promises';
import type { RawImage } from '@huggingface/transformers';
import { ModuleError } from '../../module-contract/module.js';
import type { Models } from '../../module-contract/model-interfaces.js';
import { describeRootCause } from '../root-cause.js';
import { loadTransformersLibrary } from './transformers-library.js';
import type { PipelineFor } from './load-pipeline.js';

export function createLocalCaptioner(describe: PipelineFor<'caption'>): Models['caption'] {
  return {
    async caption(path) {
      const [response] = await describe(await readImage(path));
      return response?.generated_text.trim() ?? '';
    },
  };
}

async function readImage(path: string): Promise<RawImage> {
  const library = await loadTransformersLibrary();
  const file = new Blob([await readFile(path)]);
  try {
    // do not pass the path, because the library would treat some paths as URLs
    return await library.RawImage.fromBlob(file);
  } catch (error) {
    throw new ModuleError(
      `The image could not be read (${describeRootCause(error)}). Save it again as a PNG or JPEG file.`,
      {
        cause: error,
      },
    );
  }
}
