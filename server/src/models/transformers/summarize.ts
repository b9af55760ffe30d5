import type { Models } from '../../module-contract/model-interfaces.js';
import type { PipelineFor } from './load-pipeline.js';
import { createTextWindow } from './text-window.js';

/** Maximum number of tokens in a summary if the model sets no limit above the library's default of 20. */
const defaultMaxTokens = 200;
/** Number of tokens reserved for the prefix that some models need, such as `summarize: `. */
const prefixTokens = 12;
/** Maximum size of the context window, in tokens: the size of BART's context window. */
const maxWindowTokens = 1024;

export function createLocalSummarizer(summarize: PipelineFor<'summarize'>): Models['summarize'] {
  const { tokenizer, model } = summarize;
  const window = createTextWindow(
    tokenizer,
    model.config,
    getWindowSize(tokenizer.model_max_length as unknown) - prefixTokens,
  );
  const { max_length: maxOutputTokens = 0 } = (model.generation_config ?? {}) as { max_length?: number };
  const maxNewTokens = maxOutputTokens > 20 ? null : defaultMaxTokens;
  return {
    async summarize(text) {
      const parts: string[] = [];
      for (const piece of window.split(text).map((part) => part.trim())) {
        if (piece === '') continue;
        const [response] = await summarize(piece, { max_new_tokens: maxNewTokens } as Record<string, unknown>);
        parts.push(response?.summary_text.trim() ?? '');
      }
      return parts.join(' ').replaceAll(/\s+/g, ' ');
    },
  };
}

function getWindowSize(modelLimit: unknown): number {
  return typeof modelLimit === 'number' && modelLimit > 0 && modelLimit < maxWindowTokens
    ? modelLimit
    : maxWindowTokens;
}
