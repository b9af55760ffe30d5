import type { Models } from '../../module-contract/model-interfaces.js';
import type { PipelineFor } from './load-pipeline.js';
import { textWindow } from './text-window.js';

/** A translation can be longer than the original, so the output limit is larger than the input limit. */
const maxTokens = { in: 200, out: 500 };

export function localTranslate(translate: PipelineFor<'translate'>): Models['translate'] {
  const window = textWindow(translate.tokenizer, translate.model.config, maxTokens.in);
  const translatePiece = async (piece: string): Promise<string> => {
    const [response] = await translate(piece, { max_new_tokens: maxTokens.out });
    return response?.translation_text.trim() ?? '';
  };
  return {
    async translate(texts) {
      const translations: string[] = [];
      for (const text of texts) {
        const parts: string[] = [];
        // empty pieces are skipped because models invent text for them
        const pieces = window.split(text).map((piece) => piece.trim());
        for (const piece of pieces) if (piece !== '') parts.push(await translatePiece(piece));
        translations.push(parts.join(' '));
      }
      return translations;
    },
  };
}
