import { readFile, stat } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { ValidationError } from '../errors/validation-error.js';
import { isObject, showValue } from '../shared/rules/show-value.js';
import { writeAtomically } from '../shared/runtime/write-atomically.js';
import type { PipelineConfig } from '../shared/modules/pipeline-config.js';

const maxBytes = 2 ** 20;

/**
 * Reads a pipeline's YAML file. Uses only the names of the pipeline and its modules, because other details may be outdated.
 *
 * @throws `ValidationError` if the file cannot be read or is invalid.
 */
export async function loadConfigFile(configPath: string): Promise<{ name: string; chain: string[] }> {
  const path = checkPath(configPath);
  const stats = await stat(path).catch(() => undefined);
  if (!stats) throw createError(`There is no pipeline file at ${path}`);
  if (!stats.isFile())
    throw createError(`Expected a file at ${path}, got ${stats.isDirectory() ? 'a directory' : 'a special file'}`);
  if (stats.size >= maxBytes) throw createError(`Expected ${path} to be less than 1 MB, got ${stats.size} bytes`);
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
    throw createError(`Expected pipeline.name in ${path} to be a string, got ${showValue(name)}`);
  if (!Array.isArray(modules)) {
    throw createError(`Expected pipeline.modules in ${path} to be a list, got ${showValue(modules)}`);
  }
  return { name, chain: modules.map((module: unknown) => readField(module, 'name', path) as string) };
}

/** Writes a pipeline's YAML file atomically. @throws `ValidationError` if the path is invalid or the file cannot be written. */
export async function saveConfigFile(configPath: string, config: PipelineConfig): Promise<void> {
  const path = checkPath(configPath);
  try {
    await writeAtomically(path, writeYaml(config));
  } catch (error) {
    throw createError(`Could not write ${path}: ${(error as Error).message}`);
  }
}

/** Formats lists, objects and scalars as YAML. Lists and objects must not be empty. */
function writeYaml(value: unknown, indent = ''): string {
  if (typeof value === 'string') return `${writeText(value)}\n`;
  if (typeof value !== 'object' || value === null) return `${String(value)}\n`;
  if (Array.isArray(value)) {
    // the first field of an item goes on the same line as the dash
    return value.map((item) => `${indent}- ${writeYaml(item, `${indent}  `).trimStart()}`).join('');
  }
  const lines = Object.entries(value).map(([key, item]: [string, unknown]) => {
    const isNested = typeof item === 'object';
    return `${indent}${key}:${isNested ? '\n' : ' '}${writeYaml(item, Array.isArray(item) ? indent : `${indent}  `)}`;
  });
  return lines.join('');
}

/** Quotes text that YAML could parse as something other than the same string. */
function writeText(text: string): string {
  const isPlain = /^\.?[a-z][\w-]*$/i.test(text) && !/^(?:y|n|yes|no|on|off|true|false|null|\.inf|\.nan)$/i.test(text);
  return isPlain ? text : JSON.stringify(text);
}

function checkPath(configPath: unknown): string {
  if (typeof configPath !== 'string' || configPath === '') {
    throw createError(`Expected a pipeline file path, got ${showValue(configPath)}`);
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
  const actual = isObject(value) ? 'one without it' : showValue(value);
  throw createError(`Expected an object with \`${name}\` in ${path}, got ${actual}`);
}

function createError(message: string): ValidationError {
  return new ValidationError([{ path: ['configPath'], message }]);
}
