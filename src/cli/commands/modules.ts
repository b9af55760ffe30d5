import type { ModuleInfo } from '../../index.js';
import { defineCommand, UsageError } from '../command.js';
import { serverOptions } from '../options/global-options.js';
import { exitCode, type ExitCode } from '../output/exit-code.js';
import type { Output } from '../output/output.js';
import { tableLines } from '../output/table.js';
import { connect } from '../session/connect.js';

export const modulesCommand = defineCommand({
  name: 'modules',
  summary: "list the server's modules, with their models",
  arguments: { usage: '[MODULE]', min: 0, max: 1 },
  details: [
    "A module can follow another if its input format is the other's output format. The default model comes first, and each model",
    'is followed by its route: builtin, endpoint or transformers. For a single module, lists each of its models, and how to fix',
    'those that cannot run.',
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
      if (name !== undefined) return showModule(modules, name, output);
      output.result(modules, () => [
        ...tableLines([
          ['MODULE', 'IN', 'OUT', 'HERE', 'MODELS'],
          ...modules.map((module) => [
            module.name,
            module.input,
            module.output,
            module.models.some(({ available }) => available) ? 'yes' : 'no',
            modelNames(module),
          ]),
        ]),
        ...conversionLine(modules.find(({ conversion }) => conversion)),
      ]);
      return exitCode.ok;
    } finally {
      await client.close();
    }
  },
});

function showModule(modules: readonly ModuleInfo[], name: string, output: Output): ExitCode {
  const module = modules.find((candidate) => candidate.name === name);
  if (!module) {
    const known = modules.map((candidate) => candidate.name).join(', ');
    throw new UsageError(`Expected one of the server's modules (${known}), got '${name}'.`);
  }
  output.result(module, () => [
    ...tableLines([
      ['MODEL', 'HERE', ''],
      ...module.models.map((model) => [
        model.name === module.defaultModel ? `${model.name} (default)` : model.name,
        model.available ? (model.route ?? 'yes') : 'no',
        model.reason ?? '',
      ]),
    ]),
    ...conversionLine(module),
  ]);
  return exitCode.ok;
}

/** Returns a line with the documents that the conversion endpoint converts, if there is an endpoint. */
function conversionLine(module: ModuleInfo | undefined): string[] {
  const { conversion } = module ?? {};
  return conversion ? [`Converted by the endpoint (${conversion.service}): ${conversion.kinds.join(', ')}`] : [];
}

/** Lists the available models, starting with the default, and counts the unavailable ones. */
function modelNames({ models, defaultModel }: ModuleInfo): string {
  const here = models.filter(({ available }) => available);
  const inOrder = [...here].sort((a, b) => Number(b.name === defaultModel) - Number(a.name === defaultModel));
  const routes = new Set(here.map(({ route }) => route));
  // omit routes if all models are available and run in the server itself
  const omitsRoutes =
    routes.size <= 1 && (routes.has('builtin') || routes.has(undefined)) && here.length === models.length;
  const names = inOrder.map(({ name, route }) => (omitsRoutes || route === undefined ? name : `${name} (${route})`));
  const missing = models.length - here.length;
  return [names.join(', '), missing > 0 ? `${missing} unavailable` : ''].filter((part) => part !== '').join('; ');
}
