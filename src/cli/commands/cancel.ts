import { defineCommand } from '../command.js';
import { serverOptions } from '../options/global-options.js';
import { formatRun } from '../output/describe-run.js';
import { exitCode } from '../output/exit-code.js';
import { connect } from '../session/connect.js';

export const cancelCommand = defineCommand({
  name: 'cancel',
  summary: 'stop a run',
  arguments: { usage: 'RUN_ID', min: 1, max: 1 },
  details: [
    'If the run has already completed, failed or crashed, nothing changes and the exit code is 3. A run of your own program ends ' +
      'after the program has stopped it. The program is usually notified within ten seconds.',
  ],
  options: serverOptions,
  examples: [['stop a run', 'millrace cancel 339e1c1e-0d5a-4e0e-9b5c-0f4f6a6f7a10']],
  async run(call) {
    const { positionals, output, signal } = call;
    const client = connect(call);
    try {
      const status = await client.runs.cancel(positionals[0] ?? '', { signal });
      output.result(status, () => formatRun(status));
      return exitCode.ok;
    } finally {
      await client.close();
    }
  },
});
