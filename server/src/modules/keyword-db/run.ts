import { join } from 'node:path';
import { findTrimmedEnd } from '../../convert/python-whitespace.js';
import { readOcrOptions } from '../../convert/ocr/ocr-options.js';
import { readTextInput } from '../../convert/read-text-input.js';
import { checkItemCount } from '../../formats/output-limits.js';
import type { ModuleContext, ModuleInput, ModuleOutput } from '../../module-contract/module.js';
import { PostingsCollector } from '../../formats/postings-file.js';
import { createProgressReporter } from '../progress-reporter.js';
import { getLookupKey } from './fold.js';
import { KeywordDatabase } from './keyword-database.js';
import { findKeywords } from './keywords.js';
import { lemmatize } from './lemma.js';
import { getIndexKeys, splitIntoSearchWords } from './search-keys.js';
import { stopWords } from './words.js';

/** Writes the keywords of a text, with their singulars and positions, to an SQLite database, and writes the search postings. */
export async function run(input: ModuleInput, context: ModuleContext): Promise<ModuleOutput> {
  const { limits, scratch } = context;
  const text = await readTextInput(input, context, readOcrOptions(context.params));
  const lineCount = countLines(text);
  const reportProgress = createProgressReporter(context, lineCount);
  const stems = new Map<string, string>();
  const getStem = (word: string): string => {
    const cached = stems.get(word);
    if (cached !== undefined) return cached;
    const stem = lemmatize(word);
    stems.set(word, stem);
    return stem;
  };
  const postings = new PostingsCollector(getLookupKey);
  const path = join(scratch, 'output.db');
  let rowCount = 0;

  await KeywordDatabase.write(path, limits.maxOutputBytes, async (database) => {
    for (const { word, line, number } of findKeywords(text)) {
      checkItemCount(++rowCount, limits.maxItems, 'rows');
      database.add(word, getStem(word), line, number);
      for (const searchWord of splitIntoSearchWords(word)) {
        for (const key of getIndexKeys(searchWord)) {
          // store the key instead of a run of letters, because a run can be as long as the text and would be stored once per key
          if (!stopWords.has(key)) postings.add(getStem(key), searchWord.isUnspacedRun ? key : word, line, number);
        }
      }
      const pause = reportProgress(line - 1);
      if (pause) await pause;
    }
  });
  const written = await postings.write(context);
  context.progress(lineCount, lineCount);
  return { path, facts: { num_lines: lineCount }, ...written };
}

/** Counts the lines up to the last line that is not blank. */
function countLines(text: string): number {
  const end = findTrimmedEnd(text);
  if (end === 0) return 0;
  let count = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < end; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
