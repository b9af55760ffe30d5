import type { ModuleInfo } from '../../index.js';
import { defineCommand } from '../command.js';
import { connect } from '../session/connect.js';
import { exitCode, type ExitCode } from '../output/exit-code.js';
import { serverOptions } from '../options/global-options.js';
import { modelNames } from '../output/model-names.js';
import type { Output } from '../output/output.js';
import { tableLines } from '../output/table.js';
import { UsageError } from '../options/usage-error.js';

export const modulesCommand = defineCommand({
  name: 'modules',
  summary: 'list the modules of the server, with their models',
  arguments: { usage: '[MODULE]', min: 0, max: 1 },
  details: [
    "A module fits behind another one when its input is the other's output. The default model comes first, and behind a model",
    'the way by which it runs there: builtin, endpoint, or transformers. With the name of a module: each of its models, and what',
    'to do about those that do not run.',
  ],
  options: serverOptions,
  examples: [
    ['what can be put into a chain', 'millrace modules'],
    ['why does a model not run?', 'millrace modules transcribe'],
    [
      'the parameters of a model',
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
      output.result(modules, () =>
        tableLines([
          ['MODULE', 'IN', 'OUT', 'HERE', 'MODELS'],
          ...modules.map((module) => [
            module.name,
            module.input,
            module.output,
            module.models.some(({ available }) => available) ? 'yes' : 'no',
            modelNames(module),
          ]),
        ]),
      );
      return exitCode.ok;
    } finally {
      client.close();
    }
  },
});

function showModule(modules: readonly ModuleInfo[], name: string, output: Output): ExitCode {
  const module = modules.find((candidate) => candidate.name === name);
  if (!module) {
    const known = modules.map((candidate) => candidate.name).join(', ');
    throw new UsageError(`Expected a module of the server (${known}), got '${name}'.`);
  }
  output.result(module, () =>
    tableLines([
      ['MODEL', 'HERE', ''],
      ...module.models.map((model) => [
        model.name === module.defaultModel ? `${model.name} (default)` : model.name,
        model.available ? (model.route ?? 'yes') : 'no',
        model.reason ?? '',
      ]),
    ]),
  );
  return exitCode.ok;
}
