import { defineCommand, noArguments } from '../command.js';
import { connect } from '../connect.js';
import { exitCode } from '../exit-code.js';
import { serverOptions } from '../global-options.js';
import { tableLines } from '../table.js';

export const modulesCommand = defineCommand({
  name: 'modules',
  summary: 'list the modules of the server, with their models',
  arguments: noArguments,
  details: ["A module fits behind another one when its input is the other's output. The default model comes first."],
  options: serverOptions,
  examples: [
    ['what can be put into a chain', 'millrace modules'],
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
      output.result(modules, () =>
        tableLines([
          ['MODULE', 'IN', 'OUT', 'HERE', 'MODELS'],
          ...modules.map(({ name, input, output: out, models, defaultModel }) => [
            name,
            input,
            out,
            models.some(({ available }) => available) ? 'yes' : 'no',
            [defaultModel, ...models.map((model) => model.name).filter((model) => model !== defaultModel)].join(', '),
          ]),
        ]),
      );
      return exitCode.ok;
    } finally {
      client.close();
    }
  },
});
