import type { Usage } from 'millrace/shared/runs/usage.js';
import type { Language } from '../../text/define-text.js';
import type { sharedText } from '../../text/shared-text.js';
import { formatNumber } from './format.js';

type UsageText = Pick<(typeof sharedText)['en'], 'modelUsage'>;

/** Formats the usage of model endpoints on one line: requests, cache hits and tokens. */
export function describeUsage(
  { requests, cached, inputTokens, outputTokens }: Usage,
  language: Language,
  text: UsageText,
): string {
  const format = (n: number) => formatNumber(n, language);
  return text.modelUsage({
    requests: format(requests),
    cached: format(cached),
    input: format(inputTokens),
    output: format(outputTokens),
  });
}
