import type { ProcessOptions } from '../../../index.js';
import type { OptionSpecs, Values } from '../../command.js';
import { fileMetadataOptions, readFileMetadata } from '../../options/file-metadata-options.js';
import { moduleOptions, readModuleOptions } from './module-options.js';
import { readChoice, readWhole } from '../../options/option-values.js';
import { UsageError } from '../../options/usage-error.js';

export const processOptions = {
  chain: { type: 'string', value: 'A,B', help: "the modules, in order; 'millrace modules' shows what there is" },
  config: { type: 'string', value: 'FILE', help: "a pipeline's YAML file, instead of --chain" },
  pipeline: {
    type: 'string',
    value: 'NAME',
    help: "the pipeline's name (default: the chain's, such as parser-json-to-txt)",
  },
  save: {
    type: 'string',
    value: 'DIR',
    help: 'where the outputs go; made if missing (default: the working directory)',
  },
  'no-save': { type: 'boolean', help: 'leave the outputs on the server' },
  'if-exists': {
    type: 'string',
    value: 'WHAT',
    help: 'error, overwrite or skip, when an output is there (default: error)',
  },
  ...moduleOptions,
  ...fileMetadataOptions,
  concurrency: { type: 'string', value: 'N', help: 'files under way at once (default: 4)' },
  manifest: {
    type: 'string',
    value: 'FILE',
    help: 'a journal: called again with it, finished files are skipped and runs taken up',
  },
  'no-wait': { type: 'boolean', help: 'only upload, and print the ids of the runs' },
  'wait-timeout': { type: 'string', value: 'SECONDS', help: 'how long to wait for each run (default: 1800)' },
} as const satisfies OptionSpecs;

/** The options of `process` that are the same for every file. */
export function readProcessOptions(values: Values<typeof processOptions>): ProcessOptions {
  if (values.save !== undefined && values['no-save']) {
    throw new UsageError('Expected either --save DIR or --no-save, got both.');
  }
  if (values.manifest !== undefined && values['no-wait']) {
    throw new UsageError('Expected either --manifest or --no-wait, got both: the journal is of what is finished.');
  }
  const waitSeconds = readWhole('wait-timeout', values['wait-timeout'], { min: 1, max: 2_000_000 });
  return {
    ...readFileMetadata(values),
    localSaveDirectory: values.save,
    downloadOutput: values['no-save'] ? false : undefined,
    ifExists: readChoice('if-exists', values['if-exists'], ['error', 'overwrite', 'skip']),
    modules: readModuleOptions(values.model, values.param) as ProcessOptions['modules'],
    waitForProcess: values['no-wait'] ? false : undefined,
    waitTimeout: waitSeconds === undefined ? undefined : waitSeconds * 1000,
  };
}
