import type { ModuleName, SyncAction, SyncChange, SyncSummary } from '../../index.js';
import { defineCommand, UsageError } from '../command.js';
import { serverOptions } from '../options/global-options.js';
import { readExpiry } from '../options/file-metadata-options.js';
import { readChoice, readInteger, readTags } from '../options/option-values.js';
import { exitCode } from '../output/exit-code.js';
import { explainError } from '../output/explain-error.js';
import { inCommandWords } from '../output/command-words.js';
import { printable } from '../output/printable.js';
import { createProgress } from '../output/progress-display.js';
import { tableLines } from '../output/table.js';
import { connect } from '../session/connect.js';
import { readPipelineChoice } from './process/choose-pipeline.js';
import { moduleOptions, readModuleOptions } from './process/module-options.js';
import { describeExpiry } from './process/note-expiry.js';

export const syncCommand = defineCommand({
  name: 'sync',
  summary: 'make a pipeline hold exactly what a folder holds',
  arguments: { usage: 'DIR', min: 1, max: 1 },
  details: [
    'Processes the new and the changed files of DIR and of the directories below it, and deletes from the server the files that DIR no longer has, ' +
      'as far as an earlier sync has put them there. Files with the same content are processed once. Outputs stay on the server.',
    'If it is interrupted, or a file fails, run the same command again.',
  ],
  options: {
    chain: { type: 'string', value: 'A,B', help: "the modules, in order; 'millrace modules' lists them" },
    config: { type: 'string', value: 'FILE', help: "a pipeline's YAML file, instead of --chain" },
    pipeline: { type: 'string', value: 'NAME', help: 'the pipeline that holds the files' },
    dir: { type: 'string', value: 'PATH', help: 'the symbolic directory that DIR becomes (default: /)' },
    'dry-run': { type: 'boolean', help: 'change nothing, and print what would change' },
    include: {
      type: 'string',
      value: 'GLOB',
      multiple: true,
      help: "only these files, such as '*.pdf' at any depth, or 'reports/**' below DIR",
    },
    exclude: { type: 'string', value: 'GLOB', multiple: true, help: 'not these files and directories' },
    'on-change': {
      type: 'string',
      value: 'WHAT',
      choices: ['replace', 'keep'],
      help: 'what to do with a changed file: replace the earlier version, or keep it (default: replace)',
    },
    'delete-all': { type: 'boolean', help: 'also if that deletes all files of an earlier sync' },
    adopt: { type: 'boolean', help: 'also replace and delete files below PATH that sync did not put there' },
    expire: {
      type: 'string',
      value: 'SECONDS',
      help: "delete each file this many seconds from its upload, or 'never' (default: never)",
    },
    ...moduleOptions,
    tag: { type: 'string', multiple: true, value: 'KEY=VALUE', help: 'a tag of each new file' },
    description: { type: 'string', value: 'TEXT', help: 'a description of each new file' },
    'keep-input': {
      type: 'boolean',
      help: 'keep the inputs on the server until the files are deleted, to rerun their runs',
    },
    concurrency: { type: 'string', value: 'N', help: 'the number of files processed at once (default: 4)' },
    'wait-timeout': { type: 'string', value: 'SECONDS', help: 'how long to wait for each run (default: 1800)' },
    ...serverOptions,
  },
  examples: [
    [
      'what would change',
      'millrace sync contracts --chain parser,json-to-txt,keyword-db --pipeline contracts --dry-run',
    ],
    ['the folder as it is now', 'millrace sync contracts --chain parser,json-to-txt,keyword-db --pipeline contracts'],
    ['only the PDFs', "millrace sync contracts --chain parser --pipeline contracts --include '*.pdf'"],
  ],
  async run(call) {
    const { values, positionals, output, signal } = call;
    const [directory = ''] = positionals;
    if (values.pipeline === undefined && values.config === undefined) {
      throw new UsageError(
        'Expected --pipeline NAME, got none. It names the pipeline that holds what the folder holds.',
      );
    }
    const choosePipeline = readPipelineChoice(values);
    const waitSeconds = readInteger('wait-timeout', values['wait-timeout'], { min: 1, max: 2_000_000 });
    const options = {
      symbolicDirectoryPath: values.dir,
      include: values.include,
      exclude: values.exclude,
      dryRun: values['dry-run'],
      onChange: readChoice('on-change', values['on-change'], ['replace', 'keep']),
      deleteAll: values['delete-all'],
      adopt: values.adopt,
      expireTime: readExpiry(values.expire),
      modules: readModuleOptions(values.model, values.param),
      fileTags: readTags(values.tag),
      fileDescription: values.description,
      keepInput: values['keep-input'],
      concurrency: readInteger('concurrency', values.concurrency, { min: 1, max: 64 }),
      waitTimeout: waitSeconds === undefined ? undefined : waitSeconds * 1000,
    };
    const client = connect(call);
    const progress = createProgress(output, { lines: false });
    let done = 0;
    const onFile = (change: SyncChange): void => {
      done++;
      progress.update(directory, `${done} files`);
      const { error, ...record } = change;
      const message = error ? explainError(error).message : (change.message ?? undefined);
      output.resultLine({ ...record, message: message ?? null }, lineOf(change));
      if (error) output.error(`${change.path ?? change.symbolicFilePath}: ${message ?? ''}`);
    };
    try {
      const pipeline = await choosePipeline(client);
      progress.update(directory, 'reading');
      const summary = await client.sync<readonly ModuleName[]>(directory, { ...options, pipeline, onFile, signal });
      progress.close();
      if (!output.json) {
        for (const line of summaryLines(summary)) output.note(line);
        output.note(await describeExpiry(client, options.expireTime === undefined ? null : options.expireTime, call));
      }
      return summary.failed > 0 ? exitCode.failed : exitCode.ok;
    } finally {
      progress.close();
      await client.close();
    }
  },
});

const participles: Readonly<Record<SyncAction, readonly [done: string, planned: string]>> = {
  add: ['added', 'would add'],
  replace: ['replaced', 'would replace'],
  move: ['moved', 'would move'],
  delete: ['deleted', 'would delete'],
  unchanged: ['unchanged', 'unchanged'],
  duplicate: ['duplicate', 'duplicate'],
  kept: ['kept what the server has', 'would keep what the server has'],
  unsupported: ['skipped', 'would skip'],
  gone: ['skipped', 'would skip'],
};

/** Returns the line for a change. Unchanged files have no line, because most files of a folder are unchanged. */
function lineOf({ action, status, symbolicFilePath, from, message, fileId }: SyncChange): string | undefined {
  if (status === 'failed' || action === 'unchanged') return undefined;
  const [done, planned] = participles[action];
  const what = status === 'planned' ? planned : done;
  const origin = from === null ? '' : action === 'move' ? `, from ${from}` : ` of ${from}`;
  const file = fileId === null || status === 'planned' ? '' : `, file ${fileId}`;
  return printable(
    `${symbolicFilePath}: ${what}${origin}${file}${message === null ? '' : `: ${inCommandWords(message)}`}`,
  );
}

function summaryLines(summary: SyncSummary): string[] {
  const { added, replaced, moved, deleted, unchanged, skipped, failed, dryRun, needsDeleteAll } = summary;
  const counts = { added, replaced, moved, deleted, unchanged, skipped, failed };
  const rows = Object.entries(counts).filter(([name, count]) => count > 0 || !['moved', 'skipped'].includes(name));
  return [
    ...(dryRun ? ['Nothing has changed: this is what would.'] : []),
    ...tableLines(rows.map(([name, count]) => [name, String(count)])),
    ...(needsDeleteAll
      ? ['All files of an earlier sync would be deleted. Sync refuses that without --delete-all.']
      : []),
  ];
}
