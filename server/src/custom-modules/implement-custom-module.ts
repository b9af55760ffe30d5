import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { outputExtension } from 'millrace/shared/modules/formats.js';
import { formatValue } from 'millrace/shared/rules/format-value.js';
import { readTextInput } from '../convert/read-text-input.js';
import { writeJsonArray } from '../formats/json-output.js';
import {
  ModuleError,
  type ModuleContext,
  type ModuleImplementation,
  type ModuleInput,
  type ModuleOutput,
} from '../module-contract/module.js';
import { TextOutput } from '../formats/text-output.js';
import { PythonFloat, type PythonValue } from '../formats/python-json.js';
import { readItems } from '../formats/read-items.js';
import { parseParams } from './parse-params.js';
import type { CustomModule, CustomModuleFile, CustomModuleOutput } from './custom-module.js';

/** Adapts a custom module to the interface of built-in modules, which the runner calls. */
export function implementCustomModule(module: CustomModule): ModuleImplementation {
  return {
    async run(input, context) {
      const parsed = parseParams(module, context.params);
      if ('problem' in parsed) throw new ModuleError(`Invalid params for ${module.name}: ${parsed.problem}.`);
      const { model, signal, scratch } = context;
      const output: unknown = await module.run(toCustomModuleFile(input, context), {
        model,
        signal,
        scratch,
        params: parsed.data as CustomModule['params'] & Record<string, never>,
        progress: (current, total = null, message) => context.progress(current, total, message),
        warn: (warning) => context.warn(warning),
        log: (message, level = 'info') => context.log?.(message, level),
      });
      return writeOutput(module, output, context);
    },
  };
}

function toCustomModuleFile(input: ModuleInput, context: ModuleContext): CustomModuleFile {
  return {
    get path() {
      return input.path;
    },
    format: input.format,
    name: input.fileName,
    text: () => readTextInput(input, { ...context, params: {} }),
    items: () => readItems(input, context),
    bytes: async () => (input.content ? Buffer.from(input.content) : readFile(input.path)),
  };
}

async function writeOutput(module: CustomModule, output: unknown, context: ModuleContext): Promise<ModuleOutput> {
  if (module.output === 'json' && Array.isArray(output)) return writeItems(module, output, context);
  const name = `output${outputExtension[module.output]}`;
  if (module.output === 'text' && typeof output === 'string') {
    const path = await TextOutput.write(name, context, async (file) => file.write(output));
    return { path, facts: { num_lines: output === '' ? 0 : output.split('\n').length } };
  }
  if (output instanceof Uint8Array) {
    const path = join(context.scratch, name);
    await writeFile(path, output);
    return { path, facts: {} };
  }
  if (isCustomModuleOutput(output)) return { path: output.path, facts: output.facts ?? {} };
  const expected = { json: 'a list of objects, ', text: 'a string, ' }[module.output as string] ?? '';
  throw new ModuleError(
    `Expected '${module.name}' to return ${expected}bytes or { path }, got ${formatValue(output)}.`,
  );
}

async function writeItems(
  module: CustomModule,
  items: readonly unknown[],
  context: ModuleContext,
): Promise<ModuleOutput> {
  const key = module.outputKey ?? 'snippet';
  const { path, count } = await writeJsonArray(context, { itemName: 'items' }, async (writer) => {
    for (const [index, item] of items.entries()) {
      if (typeof (item as Record<string, unknown> | null)?.[key] !== 'string') {
        throw new ModuleError(
          `Expected item [${index}] returned by '${module.name}' to have a string under "${key}", got ${formatValue(item)}.`,
        );
      }
      const flushing = writer.add(toPython(JSON.parse(JSON.stringify(item))));
      if (flushing) await flushing;
    }
  });
  return { path, facts: { num_lines: count } };
}

/** Converts a JSON value to a Python value. Safe integers become Python integers, and all other numbers become floats. */
function toPython(value: unknown): PythonValue {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : new PythonFloat(value);
  if (Array.isArray(value)) return value.map(toPython);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, toPython(entry)]));
  }
  return value as PythonValue;
}

function isCustomModuleOutput(value: unknown): value is CustomModuleOutput {
  return typeof value === 'object' && value !== null && typeof (value as { path?: unknown }).path === 'string';
}
