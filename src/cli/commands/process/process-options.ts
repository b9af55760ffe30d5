import type { ProcessOptions } from '../../../index.js';
import { UsageError, type OptionSpecs, type OptionValues } from '../../command.js';
import { fileMetadataOptions, readFileMetadata } from '../../options/file-metadata-options.js';
import { readChoice, readInteger } from '../../options/option-values.js';
import { moduleSelectionOptions, readModuleSelections } from './module-options.js';

export const processOptions = {
  chain: { type: 'string', placeholder: 'A,B', help: "the modules, in order; 'millrace modules' lists them" },
  config: { type: 'string', placeholder: 'FILE', help: "a pipeline's YAML file, instead of --chain" },
  pipeline: {
    type: 'string',
    placeholder: 'NAME',
    help: "the pipeline's name (default: the name in the YAML file, or the modules, such as parser-json-to-txt)",
  },
  save: {
    type: 'string',
    placeholder: 'DIR',
    help: 'the directory for the outputs; created if missing (default: the working directory; none with --csv)',
  },
  'no-save': { type: 'boolean', help: 'leave the outputs on the server' },
  csv: {
    type: 'string',
    placeholder: 'FILE',
    help: 'write all outputs to one CSV table, with a row per document; nested lists become separate tables next to it',
  },
  citations: { type: 'boolean', help: 'with --csv: add columns for the page and the quotation of each field' },
  'if-exists': {
    type: 'string',
    placeholder: 'ACTION',
    choices: ['error', 'overwrite', 'skip'],
    help: 'what to do if an output file already exists: error, overwrite or skip (default: error)',
  },
  ...moduleSelectionOptions,
  ...fileMetadataOptions,
  'file-name': {
    type: 'string',
    placeholder: 'NAME',
    help: "with '-': the file name for standard input; its extension determines the format",
  },
  dir: { ...fileMetadataOptions.dir, help: `${fileMetadataOptions.dir.help} (default: /etc; / for a DIR)` },
  expire: {
    ...fileMetadataOptions.expire,
    help: `${fileMetadataOptions.expire.help} (default: 1800; never for a DIR)`,
  },
  concurrency: {
    type: 'string',
    placeholder: 'N',
    help: 'the maximum number of files processed at once (default: 4; for a DIR or with --manifest, up to 128 small files)',
  },
  manifest: {
    type: 'string',
    placeholder: 'FILE',
    help: 'a journal: if you repeat the command, it skips finished files and waits for runs in progress',
  },
  'idempotency-key': {
    type: 'string',
    placeholder: 'KEY',
    help: 'with one FILE: continue the upload or run that an earlier command with this key started',
  },
  'keep-input': {
    type: 'boolean',
    help: 'keep the inputs on the server until the files expire, so that their runs can be rerun',
  },
  'no-wait': { type: 'boolean', help: 'upload the files and print the run ids without waiting' },
  'wait-timeout': { type: 'string', placeholder: 'SECONDS', help: 'how long to wait for each run (default: 1800)' },
} as const satisfies OptionSpecs;

/** Converts the command-line options to `ProcessOptions`. @throws `UsageError` if a value is invalid or options conflict. */
export function readProcessOptions(values: OptionValues<typeof processOptions>): ProcessOptions {
  if (values.save !== undefined && values['no-save']) {
    throw new UsageError('Expected either --save DIR or --no-save, got both.');
  }
  if (values.csv !== undefined && (values['no-save'] || values['no-wait'])) {
    throw new UsageError('--csv cannot be used with --no-save or --no-wait, because the table needs the outputs.');
  }
  if (values.citations && values.csv === undefined) {
    throw new UsageError('--citations can only be used with --csv FILE.');
  }
  if (values.manifest !== undefined && values['no-wait']) {
    throw new UsageError(
      'Expected either --manifest or --no-wait, got both. With a journal, the command waits for the runs.',
    );
  }
  const waitSeconds = readInteger('wait-timeout', values['wait-timeout'], { min: 1, max: 2_000_000 });
  return {
    ...readFileMetadata(values),
    // with `--csv` and without `--save`, write only the table
    localSaveDirectory: values.save ?? (values.csv === undefined ? undefined : false),
    downloadOutput: values['no-save'] ? false : undefined,
    ifExists: readChoice('if-exists', values['if-exists'], ['error', 'overwrite', 'skip']),
    idempotencyKey: values['idempotency-key'],
    keepInput: values['keep-input'],
    modules: readModuleSelections(values.model, values.param),
    waitForProcess: values['no-wait'] ? false : undefined,
    waitTimeout: waitSeconds === undefined ? undefined : waitSeconds * 1000,
  };
}
