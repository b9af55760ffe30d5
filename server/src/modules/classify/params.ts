import { isObject, formatValue } from 'millrace/shared/rules/format-value.js';
import type { Json } from 'millrace/shared/types/json.js';
import type { Label } from '../../module-contract/model-interfaces.js';
import { maxInstructionsLength, ParamError } from '../chat-params.js';

export interface ClassifyParams {
  readonly labels: readonly Label[];
  /** Whether a text can have more than one label. */
  readonly allowsSeveral: boolean;
  /** What to classify: the whole document, each page or each item. */
  readonly target: 'document' | 'page' | 'item';
  readonly instructions: string;
  /** Whether cached endpoint responses can be used. */
  readonly usesCache: boolean;
}

const maxLabels = 100;
const maxNameLength = 100;
const maxDescriptionLength = 1000;

/** Reads and validates the module's parameters. @throws {@link ParamError} if a parameter is invalid. */
export function parseClassifyParams(params: Readonly<Record<string, Json>>): ClassifyParams {
  const { labels, several, target = 'document', instructions = '', cache } = params;
  if (typeof instructions !== 'string' || instructions.length > maxInstructionsLength) {
    throw new ParamError(
      `Expected instructions to have at most ${maxInstructionsLength} characters, got ${formatValue(instructions)}`,
    );
  }
  return {
    labels: readLabels(labels),
    allowsSeveral: several === true,
    target: target as ClassifyParams['target'],
    instructions,
    usesCache: cache !== false,
  };
}

function readLabels(value: Json | undefined): Label[] {
  const labels = toList(value).map((label) => readLabel(label));
  if (labels.length < 1 || labels.length > maxLabels) {
    throw new ParamError(`Expected 1 to ${maxLabels} labels, got ${labels.length}`);
  }
  const names = labels.map(({ name }) => name.toLowerCase());
  const repeated = names.find((name, i) => names.indexOf(name) !== i);
  if (repeated !== undefined)
    throw new ParamError(`Expected labels to have different names, got ${formatValue(repeated)} twice`);
  // do not pass `other` to the model, because a text without a matching label always gets `other`
  return labels.filter(({ name }) => name.toLowerCase() !== 'other');
}

function toList(value: Json | undefined): readonly unknown[] {
  if (Array.isArray(value)) return value;
  // the command line passes a comma-separated string
  if (typeof value === 'string') return value.split(',');
  if (isObject(value)) return Object.entries(value).map(([name, description]) => ({ name, description }));
  throw new ParamError(
    `Expected labels to be a list of names, or an object of names and descriptions, got ${formatValue(value)}`,
  );
}

function readLabel(value: unknown): Label {
  const { name, description = '' } = isObject(value) ? value : { name: value };
  if (typeof name !== 'string' || name.trim() === '' || name.length > maxNameLength) {
    throw new ParamError(
      `Expected each label to have a name of 1 to ${maxNameLength} characters, got ${formatValue(name)}`,
    );
  }
  if (typeof description !== 'string' || description.length > maxDescriptionLength) {
    throw new ParamError(
      `Expected the description of ${formatValue(name)} to have at most ${maxDescriptionLength} characters, got ${formatValue(description)}`,
    );
  }
  return { name: name.trim(), description: description.trim() };
}
