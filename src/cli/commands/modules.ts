import type { ModuleInfo } from '../../index.js';
import { defineCommand, UsageError } from '../command.js';
import { serverOptions } from '../options/global-options.js';
import { exitCode, type ExitCode } from '../output/exit-code.js';
import type { Output } from '../output/output.js';
import { formatTable } from '../output/table.js';
import { connect } from '../session/connect.js';

export const modulesCommand = defineCommand({
  name: 'modules',
  summary: "list the server's modules, with their models",
  arguments: { usage: '[MODULE]', min: 0, max: 1 },
  details: [
    "A module can follow another if it accepts the other module's output format.",
    'Lists the available models, the default first, with their routes: builtin, endpoint, transformers or package.',
    'Omits the routes if all models of the module are available and built in.',
    'With MODULE, lists all models of the module, and explains how to make unavailable ones available.',
  ],
  options: serverOptions,
  examples: [
    ['which modules a chain can use', 'millrace modules'],
    ['why a model cannot run', 'millrace modules transcribe'],
    [
      "a model's parameters",
      'millrace modules --json | jq \'.[] | select(.name == "parser") | .models[] | {name, params}\'',
    ],
  ],
  async run(call) {
    const { output, signal } = call;
    const client = connect(call);
    try {
      const modules = await client.listModules({ signal });
      const [name] = call.positionals;
      if (name !== undefined) return printModule(modules, name, output);
      output.result(modules, () => [
        ...formatTable([
          ['MODULE', 'IN', 'OUT', 'HERE', 'MODELS'],
          ...modules.map((module) => [
            module.name,
            module.input,
            module.output,
            module.models.some(({ available }) => available) ? 'yes' : 'no',
            formatModels(module),
          ]),
        ]),
        ...describeConversion(modules.find(({ conversion }) => conversion)),
      ]);
      return exitCode.ok;
    } finally {
      await client.close();
    }
  },
});

function printModule(modules: readonly ModuleInfo[], name: string, output: Output): ExitCode {
  const module = modules.find((candidate) => candidate.name === name);
  if (!module) {
    const names = modules.map((candidate) => candidate.name).join(', ');
    throw new UsageError(`Expected one of the server's modules (${names}), got '${name}'.`);
  }
  output.result(module, () => [
    ...formatTable([
      ['MODEL', 'HERE', ''],
      ...module.models.map((model) => [
        model.name === module.defaultModel ? `${model.name} (default)` : model.name,
        model.available ? (model.route ?? 'yes') : 'no',
        model.reason ?? '',
      ]),
    ]),
    ...describeConversion(module),
  ]);
  return exitCode.ok;
}

/** Returns one line that lists the kinds of files that the conversion service converts, or no lines if there is no such service. */
function describeConversion(module: ModuleInfo | undefined): string[] {
  const { conversion } = module ?? {};
  return conversion ? [`Converted by the endpoint (${conversion.service}): ${conversion.kinds.join(', ')}`] : [];
}

/** Lists the available models, with the default first if it is available, and counts the unavailable ones. */
function formatModels({ models, defaultModel }: ModuleInfo): string {
  const availableModels = models.filter(({ available }) => available);
  const sorted = [...availableModels].sort((a, b) => Number(b.name === defaultModel) - Number(a.name === defaultModel));
  const routes = new Set(availableModels.map(({ route }) => route));
  // omit the routes if all models are available and built in
  const omitsRoutes =
    routes.size <= 1 && (routes.has('builtin') || routes.has(undefined)) && availableModels.length === models.length;
  const names = sorted.map(({ name, route }) => (omitsRoutes || route === undefined ? name : `${name} (${route})`));
  const unavailableCount = models.length - availableModels.length;
  return [names.join(', '), unavailableCount > 0 ? `${unavailableCount} unavailable` : '']
    .filter((part) => part !== '')
    .join('; ');
}
