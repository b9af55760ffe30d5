import { defineCommand } from '../command.js';
import { serverOptions } from '../options/global-options.js';
import { readInteger } from '../options/option-values.js';
import { describeEmptyList } from '../options/file-filter-options.js';
import { exitCode } from '../output/exit-code.js';
import { makePrintable } from '../output/printable.js';
import { connect } from '../session/connect.js';
import { createNamedPipeline, pipelineOption, readPipelineName } from '../session/named-pipeline.js';

export const treeCommand = defineCommand({
  name: 'tree',
  summary: "draw a pipeline's files as a tree",
  arguments: { usage: '[PATH]', min: 0, max: 1 },
  details: ["PATH is a symbolic directory (default: '/*'). A trailing '*' matches any text, including subdirectories."],
  options: {
    ...pipelineOption,
    'max-files': { type: 'string', placeholder: 'N', help: 'the maximum number of files (default: 1000)' },
    ...serverOptions,
  },
  examples: [
    ['all files', 'millrace tree --pipeline notes'],
    ['one subtree', "millrace tree '/2026*' --pipeline notes"],
  ],
  async run(call) {
    const { values, positionals, output, signal } = call;
    const maxFiles = readInteger('max-files', values['max-files'], { min: 1 });
    const name = readPipelineName(values);
    const client = connect(call);
    try {
      const tree = await createNamedPipeline(client, name).showTree(positionals[0], { maxFiles, signal });
      const { paths, warnings, requestId } = tree;
      output.result({ paths, warnings, requestId }, () => tree.toString().split('\n').map(makePrintable));
      for (const warning of warnings) output.warn(warning);
      if (paths.length === 0) output.hint(describeEmptyList(name, positionals[0] !== undefined));
      return exitCode.ok;
    } finally {
      await client.close();
    }
  },
});
