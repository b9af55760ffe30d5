import type { ModuleName, SyncAction, SyncChange, SyncSummary } from '../../index.js';
import { defineCommand, UsageError } from '../command.js';
import { serverOptions } from '../options/global-options.js';
import { readExpireTime } from '../options/file-metadata-options.js';
import { readChoice, readInteger, readTags } from '../options/option-values.js';
import { exitCode } from '../output/exit-code.js';
import { explainError } from '../output/explain-error.js';
import { translateArgumentNames } from '../output/cli-names.js';
import { makePrintable } from '../output/printable.js';
import { createProgress } from '../output/progress-display.js';
import { formatTable } from '../output/table.js';
import { connect } from '../session/connect.js';
import { readPipelineFactory } from './process/pipeline-factory.js';
import { moduleSelectionOptions, readModuleSelections } from './process/module-options.js';
import { describeExpireTime } from './process/print-expiry.js';

export const syncCommand = defineCommand({
  name: 'sync',
  summary: 'make a pipeline contain exactly the files in a folder',
  arguments: { usage: 'DIR', min: 1, max: 1 },
  details: [
    'Processes the new and changed files in DIR and its subdirectories. Deletes from the server the files that an earlier ' +
      'sync added and that DIR no longer contains. Files with the same content are processed once. Does not download outputs.',
    'If the command is interrupted or a file fails, run the same command again.',
  ],
  options: {
    chain: { type: 'string', placeholder: 'A,B', help: "the modules, in order; 'millrace modules' lists them" },
    config: { type: 'string', placeholder: 'FILE', help: "a pipeline's YAML file, instead of --chain" },
    pipeline: { type: 'string', placeholder: 'NAME', help: 'the pipeline to sync with DIR' },
    dir: { type: 'string', placeholder: 'PATH', help: 'the symbolic directory that corresponds to DIR (default: /)' },
    'dry-run': { type: 'boolean', help: 'change nothing, and print what would change' },
    include: {
      type: 'string',
      placeholder: 'GLOB',
      multiple: true,
      help: "only these files, such as '*.pdf' at any depth, or 'reports/**' below DIR",
    },
    exclude: { type: 'string', placeholder: 'GLOB', multiple: true, help: 'skip these files and directories' },
    'on-change': {
      type: 'string',
      placeholder: 'ACTION',
      choices: ['replace', 'keep'],
      help: 'what to do with a changed file: replace the earlier version, or keep it (default: replace)',
    },
    'delete-all': { type: 'boolean', help: 'allow sync to delete all files of an earlier sync' },
    adopt: { type: 'boolean', help: 'also replace and delete files below PATH that sync did not put there' },
    expire: {
      type: 'string',
      placeholder: 'SECONDS',
      help: "delete each file this many seconds after its upload, or 'never' (default: never)",
    },
    ...moduleSelectionOptions,
    tag: { type: 'string', multiple: true, placeholder: 'KEY=VALUE', help: 'a tag for each new file' },
    description: { type: 'string', placeholder: 'TEXT', help: 'a description for each new file' },
    'keep-input': {
      type: 'boolean',
      help: 'keep the inputs on the server until the files are deleted, so that their runs can be rerun',
    },
    concurrency: { type: 'string', placeholder: 'N', help: 'the number of files processed at once (default: 4)' },
    'wait-timeout': { type: 'string', placeholder: 'SECONDS', help: 'how long to wait for each run (default: 1800)' },
    ...serverOptions,
  },
  examples: [
    [
      'what would change',
      'millrace sync contracts --chain parser,json-to-txt,keyword-db --pipeline contracts --dry-run',
    ],
    ['sync a folder', 'millrace sync contracts --chain parser,json-to-txt,keyword-db --pipeline contracts'],
    ['only the PDFs', "millrace sync contracts --chain parser --pipeline contracts --include '*.pdf'"],
  ],
  async run(call) {
    const { values, positionals, output, signal } = call;
    const [directory = ''] = positionals;
    if (values.pipeline === undefined && values.config === undefined) {
      throw new UsageError('Missing --pipeline NAME, the pipeline to sync with the folder.');
    }
    const createPipeline = readPipelineFactory(values);
    const waitSeconds = readInteger('wait-timeout', values['wait-timeout'], { min: 1, max: 2_000_000 });
    const options = {
      symbolicDirectoryPath: values.dir,
      include: values.include,
      exclude: values.exclude,
      dryRun: values['dry-run'],
      onChange: readChoice('on-change', values['on-change'], ['replace', 'keep']),
      deleteAll: values['delete-all'],
      adopt: values.adopt,
      expireTime: readExpireTime(values.expire),
      modules: readModuleSelections(values.model, values.param),
      fileTags: readTags(values.tag),
      fileDescription: values.description,
      keepInput: values['keep-input'],
      concurrency: readInteger('concurrency', values.concurrency, { min: 1, max: 64 }),
      waitTimeout: waitSeconds === undefined ? undefined : waitSeconds * 1000,
    };
    const client = connect(call);
    const progress = createProgress(output, { printsLines: false });
    let fileCount = 0;
    const onFile = (change: SyncChange): void => {
      fileCount++;
      progress.update(directory, `${fileCount} files`);
      const { error, ...record } = change;
      const message = error ? explainError(error).message : (change.message ?? undefined);
      output.resultLine({ ...record, message: message ?? null }, formatChange(change));
      if (error) output.error(`${change.path ?? change.symbolicFilePath}: ${message ?? ''}`);
    };
    try {
      const pipeline = await createPipeline(client);
      progress.update(directory, 'reading');
      const summary = await client.sync<readonly ModuleName[]>(directory, { ...options, pipeline, onFile, signal });
      progress.close();
      if (!output.json) {
        for (const line of formatSummary(summary)) output.note(line);
        output.note(
          await describeExpireTime(client, options.expireTime === undefined ? null : options.expireTime, call),
        );
      }
      return summary.failed > 0 ? exitCode.failed : exitCode.ok;
    } finally {
      progress.close();
      await client.close();
    }
  },
});

const actionLabels: Readonly<Record<SyncAction, readonly [done: string, planned: string]>> = {
  add: ['added', 'would add'],
  replace: ['replaced', 'would replace'],
  move: ['moved', 'would move'],
  delete: ['deleted', 'would delete'],
  unchanged: ['unchanged', 'unchanged'],
  duplicate: ['duplicate', 'duplicate'],
  kept: ['kept the file on the server', 'would keep the file on the server'],
  unsupported: ['skipped', 'would skip'],
  gone: ['skipped', 'would skip'],
};

/** Formats a change as a line of text. Returns `undefined` for a failure, which is printed as an error, and for an unchanged file. */
function formatChange({ action, status, symbolicFilePath, from, message, fileId }: SyncChange): string | undefined {
  if (status === 'failed' || action === 'unchanged') return undefined;
  const [done, planned] = actionLabels[action];
  const label = status === 'planned' ? planned : done;
  const origin = from === null ? '' : action === 'move' ? `, from ${from}` : ` of ${from}`;
  const file = fileId === null || status === 'planned' ? '' : `, file ${fileId}`;
  return makePrintable(
    `${symbolicFilePath}: ${label}${origin}${file}${message === null ? '' : `: ${translateArgumentNames(message)}`}`,
  );
}

function formatSummary(summary: SyncSummary): string[] {
  const { added, replaced, moved, deleted, unchanged, skipped, failed, dryRun, needsDeleteAll } = summary;
  const counts = { added, replaced, moved, deleted, unchanged, skipped, failed };
  const rows = Object.entries(counts).filter(([name, count]) => count > 0 || !['moved', 'skipped'].includes(name));
  return [
    ...(dryRun ? ['Dry run: nothing has changed. A sync would make these changes:'] : []),
    ...formatTable(rows.map(([name, count]) => [name, String(count)])),
    ...(needsDeleteAll ? ['A sync would delete all files of an earlier sync, which requires --delete-all.'] : []),
  ];
}
