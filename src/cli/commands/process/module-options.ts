import { readFileSync } from 'node:fs';
import type { Json } from '../../../index.js';
import { findModule } from '../../../shared/modules/catalogue.js';
import { UsageError, type OptionSpecs } from '../../command.js';
import { readPair } from '../../options/option-values.js';

export const moduleSelectionOptions = {
  model: {
    type: 'string',
    multiple: true,
    placeholder: 'MODULE=MODEL',
    help: 'the model for a module; MODULE is its name or its position, such as module_1',
  },
  param: {
    type: 'string',
    multiple: true,
    placeholder: 'MODULE.PARAM=VALUE',
    help: 'a parameter of a module; @FILE reads a JSON value from a file',
  },
} as const satisfies OptionSpecs;

interface ModuleSelection {
  model?: string;
  params?: Record<string, Json>;
}

/** Combines options such as `--model parser=fixed --param parser.chunk_size=12` into one selection per module. */
export function readModuleSelections(
  models: readonly string[] = [],
  params: readonly string[] = [],
): Record<string, ModuleSelection> | undefined {
  const selections = new Map<string, ModuleSelection>();
  const getOrCreateSelection = (module: string): ModuleSelection => {
    const selection = selections.get(module) ?? {};
    selections.set(module, selection);
    return selection;
  };
  for (const text of models) {
    const [module, model] = readPair('model', text);
    getOrCreateSelection(module).model = model;
  }
  for (const text of params) {
    const [qualifiedName, value] = readPair('param', text);
    const [, module, param] = /^([^.]+)\.(.+)$/.exec(qualifiedName) ?? [];
    if (module === undefined || param === undefined) {
      throw new UsageError(`Expected --param to have the form module.param=value, got '${text}'.`);
    }
    const selection = getOrCreateSelection(module);
    selection.params = {
      ...selection.params,
      [param]: acceptsJson(module, param) ? readJson(qualifiedName, value) : readScalar(value),
    };
  }
  return selections.size === 0 ? undefined : Object.fromEntries(selections);
}

/** Returns whether a parameter accepts any JSON value. Returns `false` unless `module` is the name of a built-in module. */
function acceptsJson(module: string, param: string): boolean {
  return findModule(module)?.models.some(({ params }) => params?.[param]?.type === 'json') ?? false;
}

/**
 * Parses a value as JSON, or returns the text if it is not JSON. If the value is `@FILE`, reads the JSON from that file.
 *
 * @throws `UsageError` if the file cannot be read or does not contain valid JSON.
 */
function readJson(qualifiedName: string, text: string): Json {
  if (!text.startsWith('@')) {
    try {
      return JSON.parse(text) as Json;
    } catch {
      return text;
    }
  }
  const file = text.slice(1);
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Json;
  } catch (error) {
    throw new UsageError(
      `Expected --param ${qualifiedName} to name a JSON file, got ${file}: ${(error as Error).message}`,
    );
  }
}

/** Parses numbers, `true`, `false` and quoted strings as JSON. Any other text, including `null`, remains a string. */
function readScalar(text: string): Json {
  try {
    const value = JSON.parse(text) as Json;
    return typeof value === 'object' ? text : value;
  } catch {
    return text;
  }
}
