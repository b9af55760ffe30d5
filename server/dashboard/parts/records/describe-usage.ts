import type { Usage } from 'millrace/shared/runs/usage.js';
import type { Language } from '../../text/define-text.js';
import type { sharedText } from '../../text/shared-text.js';
import { formatNumber } from './format.js';

type Texts = Pick<(typeof sharedText)['en'], 'modelUsage'>;

/** Describes the usage of model endpoints in one line: requests, cache hits and tokens. */
export function describeUsage(
  { requests, cached, inputTokens, outputTokens }: Usage,
  language: Language,
  text: Texts,
): string {
  const format = (n: number) => formatNumber(n, language);
  return text.modelUsage({
    requests: format(requests),
    cached: format(cached),
    input: format(inputTokens),
    output: format(outputTokens),
  });
}
