import type { Classification } from 'millrace/shared/types/extraction.js';
import { TextOutput } from '../../formats/text-output.js';
import type { ScoredLabel } from '../../module-contract/model-interfaces.js';
import { ModuleError, type ModuleContext, type ModuleInput, type ModuleOutput } from '../../module-contract/module.js';
import { mapInOrder } from '../../models/map-in-order.js';
import { openModel } from '../../models/open-model.js';
import { ParamError } from '../chat-params.js';
import { readSource, type Source, type Unit } from '../extract/source.js';
import { createProgressReporter } from '../progress-reporter.js';
import { RefusalTracker } from '../refusal-tracker.js';
import { parseClassifyParams, type ClassifyParams } from './params.js';

/** Classifies a document, each of its pages, or each item of a list. */
export async function run(input: ModuleInput, context: ModuleContext): Promise<ModuleOutput> {
  const params = readParams(context);
  const model = await openModel('classify', context);
  const source = await readSource(input, context);
  const units = getUnits(source, params);
  if (model.hasSimilarityScores) {
    const message =
      'Labels were chosen by text similarity, not by a language model. A score is the margin of a label over the next label. ' +
      'Set MILLRACE_CLASSIFY_BASE_URL to an OpenAI-compatible endpoint.';
    context.warn({ code: 'nearest-label', message });
  }
  const refusals = new RefusalTracker(context.warn);
  const reportProgress = createProgressReporter(context, units.length);
  const results: Classification[] = [];
  const classified = mapInOrder(units.entries(), model.concurrency ?? 1, async ([index, { start, end }]) => {
    const text = source.text.slice(start, end);
    if (text.trim() === '') return [];
    const classify = () => model.classify(text, params.labels, params);
    return params.target === 'document' ? classify() : refusals.attempt(`Text [${index}] is "other".`, classify);
  });
  for await (const labels of classified) {
    const unit = units[results.length];
    results.push(toResult(labels ?? [], params, source, unit));
    const pause = reportProgress(results.length);
    if (pause) await pause;
  }
  refusals.assertNotAllRefused();
  const path = await TextOutput.write('output.json', context, async (file) => {
    await file.write(JSON.stringify(params.target === 'document' ? results[0] : results));
  });
  context.progress(units.length, units.length);
  return {
    path,
    facts: { num_lines: results.length, ...(params.target === 'document' && { label: results[0]?.label ?? 'other' }) },
  };
}

function readParams({ params }: ModuleContext): ClassifyParams {
  try {
    return parseClassifyParams(params);
  } catch (error) {
    if (error instanceof ParamError) throw new ModuleError(`${error.message}.`);
    throw error;
  }
}

function getUnits({ text, units }: Source, { target }: ClassifyParams): readonly Unit[] {
  if (target === 'document') return [{ start: 0, end: text.length }];
  const hasItems = units[0]?.item !== undefined;
  if (target === 'item' && !hasItems) {
    throw new ModuleError(
      'Expected items with a text, got a document. Put parser before classify, or set target to page.',
    );
  }
  return units;
}

function toResult(
  scored: readonly ScoredLabel[],
  { target }: ClassifyParams,
  source: Source,
  unit: Unit | undefined,
): Classification {
  const labels = scored.length > 0 ? [...scored] : [{ label: 'other', score: null }];
  const [{ label, score } = { label: 'other', score: null }] = labels;
  const { page, item, start = 0, end = 0 } = unit ?? {};
  return {
    label,
    score,
    labels,
    ...(page !== undefined && { page }),
    ...(item !== undefined && { item }),
    ...(target === 'item' && { snippet: source.text.slice(start, end) }),
  };
}
