import { readFile } from 'node:fs/promises';
import type { Models } from '../model-interfaces.js';
import { loadLibrary } from './library.js';
import type { PipelineFor } from './load-pipeline.js';

export function localCaption(describe: PipelineFor<'caption'>): Models['caption'] {
  return {
    async caption(path) {
      const { RawImage } = await loadLibrary();
      // not by its path: the library would take some for addresses
      const image = await RawImage.fromBlob(new Blob([await readFile(path)]));
      const [answer] = await describe(image);
      return (answer as { generated_text: string } | undefined)?.generated_text.trim() ?? '';
    },
  };
}
