import type { Models } from '../../module-contract/model-interfaces.js';
import type { PipelineFor } from './load-pipeline.js';
import { textWindow } from './text-window.js';

/** Maximum number of tokens in a summary if the model has no limit of its own. The library's default is only 20. */
const defaultMaxTokens = 200;
/** Tokens reserved for the prefix that some models need ("summarize: "). */
const prefixTokens = 12;
/** The size of BART's context window, in tokens. */
const largestWindow = 1024;

export function localSummarize(summarize: PipelineFor<'summarize'>): Models['summarize'] {
  const { tokenizer, model } = summarize;
  const window = textWindow(
    tokenizer,
    model.config,
    smallestWindow(tokenizer.model_max_length as unknown) - prefixTokens,
  );
  const { max_length: ownLength = 0 } = (model.generation_config ?? {}) as { max_length?: number };
  const length = ownLength > 20 ? null : defaultMaxTokens;
  return {
    async summarize(text) {
      const parts: string[] = [];
      for (const piece of window.split(text).map((part) => part.trim())) {
        if (piece === '') continue;
        const [response] = await summarize(piece, { max_new_tokens: length } as Record<string, unknown>);
        parts.push(response?.summary_text.trim() ?? '');
      }
      return parts.join(' ').replaceAll(/\s+/g, ' ');
    },
  };
}

function smallestWindow(limit: unknown): number {
  return typeof limit === 'number' && limit > 0 && limit < largestWindow ? limit : largestWindow;
}
