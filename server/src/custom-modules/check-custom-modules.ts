import { catalogue } from 'millrace/shared/modules/catalogue.js';
import { inputExtensionsByFormat } from 'millrace/shared/modules/formats.js';
import { findNearestName } from 'millrace/shared/rules/nearest-name.js';
import { formatValue } from 'millrace/shared/rules/format-value.js';

const builtInNames = catalogue.map((module) => module.name);
const formats = Object.keys(inputExtensionsByFormat);
const namePattern = /^[a-z][a-z0-9-]{0,63}$/;
const allowedFields = ['name', 'input', 'output', 'models', 'params', 'outputKey', 'run'];

/**
 * Validates the default export of a configuration file. Accepts any `params` with a `safeParse` function, because `describeCustomModule`
 * checks later that `params` is a zod 4 `z.object(…)`.
 *
 * @returns An error message, or `undefined` if the export is valid.
 */
export function checkCustomModules(exported: unknown): string | undefined {
  const modules = isObject(exported) ? exported['modules'] : undefined;
  if (!Array.isArray(modules)) {
    return `Expected the default export to be { modules: [defineModule({ … })] }, got ${formatValue(exported)}.`;
  }
  const names = new Set<string>();
  for (const [index, module] of (modules as unknown[]).entries()) {
    const problem = isObject(module)
      ? checkModule(module, names)
      : `Expected an object from defineModule(), got ${formatValue(module)}`;
    if (problem !== undefined) return `modules[${index}]: ${problem}.`;
    names.add((module as { name: string }).name);
  }
  return undefined;
}

function checkModule(module: Record<string, unknown>, names: ReadonlySet<string>): string | undefined {
  const { name, input, output, models = ['base'], params, outputKey, run } = module;
  const unknownField = Object.keys(module).find((key) => !allowedFields.includes(key));
  if (unknownField !== undefined) return `Expected only the fields ${allowedFields.join(', ')}, got ${unknownField}`;
  if (typeof name !== 'string' || !namePattern.test(name)) {
    const rule = 'consist of at most 64 lower-case letters, digits and hyphens, starting with a letter';
    return `Expected \`name\` to ${rule}, got ${formatValue(name)}`;
  }
  if (builtInNames.includes(name)) return `Expected a unique name, got '${name}', which is built in`;
  if (names.has(name)) return `Expected a unique name, got '${name}' twice`;
  // clients treat a name without digits that resembles a built-in name as a typo, and reject it
  const similarName = /\d/.test(name) ? undefined : findNearestName(name, builtInNames);
  if (similarName !== undefined) return `Expected a name less similar to the built-in '${similarName}', got '${name}'`;
  for (const [field, value] of Object.entries({ input, output })) {
    if (typeof value !== 'string' || !formats.includes(value)) {
      return `Expected \`${field}\` of '${name}' to be one of ${formats.join(', ')}, got ${formatValue(value)}`;
    }
  }
  if (!Array.isArray(models) || models.length === 0 || !models.every((model) => typeof model === 'string' && model)) {
    return `Expected \`models\` of '${name}' to be a list with at least one name, got ${formatValue(models)}`;
  }
  if (params !== undefined && !(isObject(params) && typeof params['safeParse'] === 'function')) {
    return `Expected \`params\` of '${name}' to be a zod z.object(…), got ${formatValue(params)}`;
  }
  if (outputKey !== undefined && (typeof outputKey !== 'string' || outputKey === '')) {
    return `Expected \`outputKey\` of '${name}' to be a non-empty string, got ${formatValue(outputKey)}`;
  }
  if (typeof run !== 'function') return `Expected \`run\` of '${name}' to be a function, got ${formatValue(run)}`;
  return undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
