import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { formatNumber } from '../../dashboard/parts/records/format.js';
import { bulkText } from '../../dashboard/text/bulk.js';
import { fileText } from '../../dashboard/text/file.js';
import { processText } from '../../dashboard/text/process.js';

beforeEach(() => void vi.stubGlobal('navigator', { languages: ['en-IN', 'es-MX'] }));
afterEach(() => void vi.unstubAllGlobals());

it("numbers in texts are grouped as in the browser's preferred locale of the language", () => {
  expect(formatNumber(1_234_567, 'en')).toBe('12,34,567');
  expect(bulkText.en.progress(123_456, 1_234_567)).toBe('1,23,456 of 12,34,567 done');
  expect(fileText.en.showMore(123_456)).toBe('Show more (1,23,456 left)');
  expect(fileText.es.item(12_345)).toBe('elemento 12,345');
  expect(processText.en.filesDone(123_456, 1_234_567)).toBe('1,23,456 of 12,34,567 files done');
});
