import { formatValue } from 'millrace/shared/rules/format-value.js';
import { readDocument } from '../../convert/read-text-input.js';
import type { DocumentText } from '../../convert/document-text.js';
import { readOcrOptions } from '../../convert/ocr/ocr-options.js';
import { writeJsonArray } from '../../formats/json-output.js';
import { PythonFloat } from '../../formats/python-json.js';
import { ModuleError, type ModuleContext, type ModuleInput, type ModuleOutput } from '../../module-contract/module.js';
import { createProgressReporter } from '../progress-reporter.js';
import { parseFixedParams } from './fixed-params.js';
import { splitByWordCount, splitBySentence, type Snippet } from './snippets.js';

interface Splitter {
  readonly split: (document: DocumentText) => Iterable<Snippet>;
  /** The indentation of the output file, in spaces. As in the hosted service, only the output of the `fixed` model is indented. */
  readonly indent?: number;
}

/** Splits a text into snippets with line numbers. */
export async function run(input: ModuleInput, context: ModuleContext): Promise<ModuleOutput> {
  const { split, indent } = chooseSplitter(context);
  const document = await readDocument(input, context, readOcrOptions(context.params));
  const { text } = document;
  const reportProgress = createProgressReporter(context, text.length);
  const options = { itemName: 'snippets' as const, ...(indent === undefined ? {} : { indent }) };
  const { path, count } = await writeJsonArray(context, options, async (writer) => {
    const getOcrFields = createOcrFieldLookup(document);
    for (const { snippet, lines, end } of split(document)) {
      const flushing = writer.add({ snippet, line_numbers: lines, ...getOcrFields(end) });
      if (flushing) await flushing;
      const pause = reportProgress(end);
      if (pause) await pause;
    }
  });
  context.progress(text.length, text.length);
  return { path, facts: { num_lines: count } };
}

function chooseSplitter({ model, params }: ModuleContext): Splitter {
  if (model === 'fixed') {
    const fixedParams = parseFixedParams(params);
    return { split: ({ text }) => splitByWordCount(text, fixedParams), indent: 4 };
  }
  if (model !== 'sentence') {
    throw new ModuleError(`Expected the parser's model to be sentence or fixed, got ${formatValue(model)}.`);
  }
  const language = params.language ?? 'english';
  if (typeof language !== 'string') {
    throw new ModuleError(
      `Expected the parser's parameter language to be a language name, got ${formatValue(language)}.`,
    );
  }
  return { split: (document) => splitBySentence(document, language) };
}

/**
 * Creates a function that maps the end of a snippet to its `source` and `confidence` fields, or to no fields if OCR read none of its text.
 * Ignores text that the previous snippet also contains. The confidence is the mean over the OCR ranges that the snippet overlaps.
 * Call the function for every snippet, in order.
 */
function createOcrFieldLookup({
  ocr = [],
}: DocumentText): (end: number) => Readonly<Record<string, string | PythonFloat>> {
  let start = 0;
  let nextIndex = 0;
  return (end) => {
    while ((ocr[nextIndex]?.end ?? Infinity) <= start) nextIndex++;
    const confidences: number[] = [];
    for (let i = nextIndex; (ocr[i]?.start ?? Infinity) < end; i++) confidences.push(ocr[i]?.confidence ?? 0);
    start = end;
    if (confidences.length === 0) return {};
    const mean = confidences.reduce((sum, confidence) => sum + confidence, 0) / confidences.length;
    return { source: 'ocr', confidence: new PythonFloat(Math.round(100 * mean) / 100) };
  };
}
