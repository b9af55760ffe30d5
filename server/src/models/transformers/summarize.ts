import type { Models } from '../../module-contract/model-interfaces.js';
import type { PipelineFor } from './load-pipeline.js';
import { textWindow } from './text-window.js';

/** For models that do not say how long a summary may be: the library would stop after 20 tokens. */
const commonLength = 200;
/** What the prefix of models that need one ("summarize: ") takes of the window. */
const prefixTokens = 12;
/** BART's window; the models that name none read half of it. */
const largestWindow = 1024;

export function localSummarize(summarize: PipelineFor<'summarize'>): Models['summarize'] {
  const { tokenizer, model } = summarize;
  const window = textWindow(
    tokenizer,
    model.config,
    smallestWindow(tokenizer.model_max_length as unknown) - prefixTokens,
  );
  const { max_length: ownLength = 0 } = (model.generation_config ?? {}) as { max_length?: number };
  const length = ownLength > 20 ? null : commonLength;
  return {
    async summarize(text) {
      const parts: string[] = [];
      for (const piece of window.split(text).map((part) => part.trim())) {
        if (piece === '') continue;
        const [response] = await summarize(piece, { max_new_tokens: length } as Record<string, unknown>);
        parts.push((response as { summary_text: string } | undefined)?.summary_text.trim() ?? '');
      }
      return parts.join(' ').replaceAll(/\s+/g, ' ');
    },
  };
}

function smallestWindow(limit: unknown): number {
  return typeof limit === 'number' && limit > 0 && limit < largestWindow ? limit : largestWindow;
}
