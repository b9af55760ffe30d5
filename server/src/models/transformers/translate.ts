import type { Models } from '../../module-contract/model-interfaces.js';
import type { PipelineFor } from './load-pipeline.js';
import { createTextWindow } from './text-window.js';

/** Maximum number of tokens in a piece and in its translation. A translation can be longer than the original. */
const tokenLimits = { input: 200, output: 500 };

export function createLocalTranslator(translate: PipelineFor<'translate'>): Models['translate'] {
  const window = createTextWindow(translate.tokenizer, translate.model.config, tokenLimits.input);
  const translatePiece = async (piece: string): Promise<string> => {
    const [response] = await translate(piece, { max_new_tokens: tokenLimits.output });
    return response?.translation_text.trim() ?? '';
  };
  return {
    async translate(texts) {
      const translations: string[] = [];
      for (const text of texts) {
        const parts: string[] = [];
        // skip empty pieces, because models invent text for them
        const pieces = window.split(text).map((piece) => piece.trim());
        for (const piece of pieces) if (piece !== '') parts.push(await translatePiece(piece));
        translations.push(parts.join(' '));
      }
      return translations;
    },
  };
}
