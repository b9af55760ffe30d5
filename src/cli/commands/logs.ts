import type { LogOptions, StoredLogLine } from '../../index.js';
import { defineCommand } from '../command.js';
import { serverOptions } from '../options/global-options.js';
import { readChoice, readInteger } from '../options/option-values.js';
import { exitCode } from '../output/exit-code.js';
import { makePrintable } from '../output/printable.js';
import { connect } from '../session/connect.js';

const linesPerPage = 1000;
/** With `--follow`, how long the server waits for new lines before it returns an empty page, in seconds. */
const longPollSeconds = 25;

export const logsCommand = defineCommand({
  name: 'logs',
  summary: "print a run's log",
  arguments: { usage: 'RUN_ID', min: 1, max: 1 },
  details: ['With --json, each line is a JSON document.'],
  options: {
    follow: { type: 'boolean', short: 'f', help: 'print new lines until the run ends' },
    search: { type: 'string', placeholder: 'TEXT', help: 'only lines that contain this text' },
    task: {
      type: 'string',
      placeholder: 'KEY',
      help: 'only the lines of this module, step or task, such as module_1 or clean-0',
    },
    tail: { type: 'string', placeholder: 'N', help: 'only the last N lines, and with --follow also new ones' },
    level: { type: 'string', placeholder: 'LEVEL', help: 'the minimum level: debug, info, warning or error' },
    ...serverOptions,
  },
  examples: [
    ['the whole log', 'millrace logs 339e1c1e-0d5a-4e0e-9b5c-0f4f6a6f7a10'],
    [
      'new lines as they appear, only warnings and errors',
      'millrace logs 339e1c1e-0d5a-4e0e-9b5c-0f4f6a6f7a10 -f --level warning',
    ],
  ],
  async run(call) {
    const { values, positionals, output, signal } = call;
    const [id = ''] = positionals;
    const level = readChoice('level', values.level, ['debug', 'info', 'warning', 'error']);
    const { search, task } = values;
    const filter = { level, search, task, signal };
    const tail = readInteger('tail', values.tail, { min: 1, max: 10_000 });
    const client = connect(call);
    try {
      const wait = values.follow ? longPollSeconds : 0;
      let hasLines = false;
      let firstPageOptions: LogOptions | undefined = tail === undefined ? undefined : { before: Infinity, limit: tail };
      for (let after = 0; ;) {
        const pageOptions: LogOptions = firstPageOptions ?? { after, limit: linesPerPage, wait };
        const { items, last, done } = await client.runs.logs(id, { ...pageOptions, ...filter });
        firstPageOptions = undefined;
        for (const item of items) output.resultLine(item, formatLine(item));
        hasLines ||= items.length > 0;
        if (done || (!values.follow && (tail !== undefined || items.length < linesPerPage))) {
          const isFiltered = search !== undefined || task !== undefined || level !== undefined;
          if (!hasLines) output.hint(isFiltered ? `No log lines of run ${id} match.` : `Run ${id} has no log lines.`);
          return exitCode.ok;
        }
        after = last;
      }
    } finally {
      await client.close();
    }
  },
});

/** Formats a log line as `10:32:17.433 | INFO    | clean-0 - 3 rows`, in local time. */
function formatLine({ at, level, task, message }: StoredLogLine): string {
  const date = new Date(at);
  const time = new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(11, 23);
  return makePrintable(`${time} | ${level.toUpperCase().padEnd(7)} | ${task === null ? '' : `${task} - `}${message}`);
}
