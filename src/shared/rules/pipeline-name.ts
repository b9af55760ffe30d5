import type { Limits } from '../types/limits.js';
import { hasControlInText } from './characters.js';
import { countCharacters, showRange, showValue } from './show-value.js';

/** Whether a text can name a pipeline. Any script and any character that can be shown goes. */
export function checkPipelineName(value: unknown, limits: Limits): string | undefined {
  const noun = 'a pipeline name';
  if (typeof value !== 'string') return `Expected ${noun} to be a text, got ${showValue(value)}`;
  const length = countCharacters(value);
  if (length === 0 || length > limits.pipelineNameLength) {
    return `Expected ${noun} to be ${showRange(1, limits.pipelineNameLength, 'character')} long, got ${length}`;
  }
  return hasControlInText(value)
    ? `Expected ${noun} to be without control characters, got ${showValue(value)}`
    : undefined;
}
