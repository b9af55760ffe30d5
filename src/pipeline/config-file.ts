import { readFile, stat } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { ValidationError } from '../errors/validation-error.js';
import { isObject, formatValue } from '../shared/rules/format-value.js';
import { writeAtomically } from '../shared/runtime/write-atomically.js';
import type { PipelineConfig } from '../shared/modules/pipeline-config.js';

const maxConfigFileBytes = 2 ** 20;

/**
 * Reads a pipeline's name and the names of its modules from a YAML file. Ignores the other fields, which may be outdated.
 *
 * @throws `ValidationError` if the path or the file is invalid, or if the file cannot be read.
 */
export async function loadConfigFile(configPath: string): Promise<{ name: string; chain: string[] }> {
  const path = resolveConfigPath(configPath);
  const stats = await stat(path).catch((error: unknown) => {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (['ENOENT', 'ENOTDIR'].includes(code)) throw createError(`There is no pipeline file at ${path}`);
    throw createReadError(path, error);
  });
  if (!stats.isFile()) {
    const actual = stats.isDirectory() ? 'a directory' : 'a special file';
    throw createError(`Expected a regular file at ${path}, got ${actual}`);
  }
  if (stats.size >= maxConfigFileBytes)
    throw createError(`Expected ${path} to be smaller than 1 MiB, got ${stats.size} bytes`);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw createReadError(path, error);
  });
  const { load } = await import('js-yaml');
  let document: unknown;
  try {
    document = load(text);
  } catch (error) {
    throw createError(`Expected valid YAML in ${path}: ${(error as Error).message}`);
  }
  if (!isObject(document) || !Object.hasOwn(document, 'pipeline')) {
    const actual = isObject(document) ? 'an object without it' : formatValue(document);
    throw createError(`Expected ${path} to contain an object with \`pipeline\`, got ${actual}`);
  }
  const { pipeline } = document;
  const name = readName(pipeline, 'pipeline', path);
  const modules = readField(pipeline, 'modules', 'pipeline', path);
  if (!Array.isArray(modules)) {
    throw createError(`Expected pipeline.modules in ${path} to be a list, got ${formatValue(modules)}`);
  }
  return {
    name,
    chain: modules.map((module: unknown, index) => readName(module, `pipeline.modules[${index}]`, path)),
  };
}

/** Writes a pipeline's YAML file atomically. @throws `ValidationError` if the path is invalid or the file cannot be written. */
export async function saveConfigFile(configPath: string, config: PipelineConfig): Promise<void> {
  const path = resolveConfigPath(configPath);
  try {
    await writeAtomically(path, toYaml(config));
  } catch (error) {
    throw createError(`Could not write ${path}: ${(error as Error).message}`);
  }
}

/** Formats lists, objects and scalars as YAML. Lists and objects must not be empty. */
function toYaml(value: unknown, indent = ''): string {
  if (typeof value === 'string') return `${toYamlString(value)}\n`;
  if (typeof value !== 'object' || value === null) return `${String(value)}\n`;
  if (Array.isArray(value)) {
    // an item starts on the same line as its dash
    return value.map((item) => `${indent}- ${toYaml(item, `${indent}  `).trimStart()}`).join('');
  }
  const lines = Object.entries(value).map(([key, item]: [string, unknown]) => {
    const isNested = typeof item === 'object' && item !== null;
    return `${indent}${key}:${isNested ? '\n' : ' '}${toYaml(item, Array.isArray(item) ? indent : `${indent}  `)}`;
  });
  return lines.join('');
}

/**
 * Quotes a string unless it is a simple word such as `parser`. Also quotes words that YAML parsers can read as another type, such as `yes`.
 */
function toYamlString(text: string): string {
  const isPlain = /^\.?[a-z][\w-]*$/i.test(text) && !/^(?:y|n|yes|no|on|off|true|false|null|\.inf|\.nan)$/i.test(text);
  return isPlain ? text : JSON.stringify(text);
}

function resolveConfigPath(configPath: unknown): string {
  if (typeof configPath !== 'string' || configPath === '') {
    throw createError(`Expected the path of a pipeline file, got ${formatValue(configPath)}`);
  }
  const path = resolve(configPath);
  if (!['.yml', '.yaml'].includes(extname(path).toLowerCase())) {
    throw createError(`Expected the path of a pipeline file to end in .yml or .yaml, got ${path}`);
  }
  return path;
}

/** Returns the name of a pipeline or module. `label` is the position of `value` in the file, such as `pipeline.modules[0]`. */
function readName(value: unknown, label: string, path: string): string {
  const name = readField(value, 'name', label, path);
  if (typeof name === 'string') return name;
  throw createError(`Expected ${label}.name in ${path} to be a string, got ${formatValue(name)}`);
}

function readField(value: unknown, key: string, label: string, path: string): unknown {
  if (!isObject(value)) throw createError(`Expected ${label} in ${path} to be an object, got ${formatValue(value)}`);
  if (!Object.hasOwn(value, key)) throw createError(`${label}.${key} is missing in ${path}`);
  return value[key];
}

function createReadError(path: string, error: unknown): ValidationError {
  return createError(`Could not read ${path}: ${(error as Error).message}`);
}

function createError(message: string): ValidationError {
  return new ValidationError([{ path: ['configPath'], message }]);
}
