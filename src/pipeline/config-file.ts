import { readFile, stat } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { ValidationError } from '../errors/validation-error.js';
import { isObject, formatValue } from '../shared/rules/format-value.js';
import { writeAtomically } from '../shared/runtime/write-atomically.js';
import type { PipelineConfig } from '../shared/modules/pipeline-config.js';

const maxConfigFileBytes = 2 ** 20;

/**
 * Reads the names of a pipeline and its modules from a YAML file. Ignores the other fields, which may be outdated.
 *
 * @throws `ValidationError` if the path or the file is invalid, or if the file cannot be read.
 */
export async function loadConfigFile(configPath: string): Promise<{ name: string; chain: string[] }> {
  const path = resolveConfigPath(configPath);
  const stats = await stat(path).catch(() => undefined);
  if (!stats) throw createError(`There is no pipeline file at ${path}`);
  if (!stats.isFile()) {
    const actual = stats.isDirectory() ? 'a directory' : 'a special file';
    throw createError(`Expected a regular file at ${path}, got ${actual}`);
  }
  if (stats.size >= maxConfigFileBytes)
    throw createError(`Expected ${path} to be less than 1 MiB, got ${stats.size} bytes`);
  const { load } = await import('js-yaml');
  let document: unknown;
  try {
    document = load(await readFile(path, 'utf8'));
  } catch (error) {
    throw createError(`Expected valid YAML in ${path}: ${(error as Error).message}`);
  }
  const pipeline = readField(document, 'pipeline', path);
  const name = readField(pipeline, 'name', path);
  const modules = readField(pipeline, 'modules', path);
  if (typeof name !== 'string')
    throw createError(`Expected pipeline.name in ${path} to be a string, got ${formatValue(name)}`);
  if (!Array.isArray(modules)) {
    throw createError(`Expected pipeline.modules in ${path} to be a list, got ${formatValue(modules)}`);
  }
  return { name, chain: modules.map((module: unknown) => readField(module, 'name', path) as string) };
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
    const isNested = typeof item === 'object';
    return `${indent}${key}:${isNested ? '\n' : ' '}${toYaml(item, Array.isArray(item) ? indent : `${indent}  `)}`;
  });
  return lines.join('');
}

/** Quotes a string unless it is a simple word such as `parser`. Also quotes words that YAML can read as another type, such as `yes`. */
function toYamlString(text: string): string {
  const isPlain = /^\.?[a-z][\w-]*$/i.test(text) && !/^(?:y|n|yes|no|on|off|true|false|null|\.inf|\.nan)$/i.test(text);
  return isPlain ? text : JSON.stringify(text);
}

function resolveConfigPath(configPath: unknown): string {
  if (typeof configPath !== 'string' || configPath === '') {
    throw createError(`Expected a pipeline file path, got ${formatValue(configPath)}`);
  }
  const path = resolve(configPath);
  if (!['.yml', '.yaml'].includes(extname(path).toLowerCase())) {
    throw createError(`Expected a pipeline file to end in .yml or .yaml, got ${path}`);
  }
  return path;
}

function readField(value: unknown, name: string, path: string): unknown {
  if (typeof value === 'object' && value !== null && Object.hasOwn(value, name)) {
    return (value as Record<string, unknown>)[name];
  }
  const actual = isObject(value) ? 'one without it' : formatValue(value);
  throw createError(`Expected an object with \`${name}\` in ${path}, got ${actual}`);
}

function createError(message: string): ValidationError {
  return new ValidationError([{ path: ['configPath'], message }]);
}
