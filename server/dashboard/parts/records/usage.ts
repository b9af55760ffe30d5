import type { Usage } from 'millrace/shared/runs/usage.js';
import type { Language } from '../../text/define-text.js';
import type { partsText } from '../../text/parts.js';
import { formatNumber } from './format.js';

type Texts = Pick<(typeof partsText)['en'], 'usageOf'>;

/** Describes the usage of model endpoints: requests, cache hits and tokens. */
export function usageOf(
  { requests, cached, inputTokens, outputTokens }: Usage,
  language: Language,
  text: Texts,
): string {
  const [sent, kept, read, written] = [requests, cached, inputTokens, outputTokens].map((n) =>
    formatNumber(n, language),
  );
  return text.usageOf({ requests: sent ?? '', cached: kept ?? '', input: read ?? '', output: written ?? '' });
}
