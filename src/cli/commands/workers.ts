import { defineCommand, noArguments } from '../command.js';
import { serverOptions } from '../options/global-options.js';
import { exitCode } from '../output/exit-code.js';
import { formatTime, formatTable } from '../output/table.js';
import { connect } from '../session/connect.js';

export const workersCommand = defineCommand({
  name: 'workers',
  summary: 'list the workers that run your own functions',
  arguments: noArguments,
  details: ['Lists the workers that sent a heartbeat in the last 24 hours.'],
  options: {
    all: { type: 'boolean', help: 'also list workers without a recent heartbeat' },
    ...serverOptions,
  },
  examples: [['workers with a recent heartbeat', 'millrace workers']],
  async run(call) {
    const { values, output, signal } = call;
    const client = connect(call);
    try {
      const items = await client.workers.list({ all: values.all ?? false, signal });
      output.result({ items }, () =>
        formatTable([
          ...(items.length > 0
            ? [['WORKER ID', 'NAME', 'VERSION', 'STATUS', 'LAST HEARTBEAT', 'OPEN', 'COMPLETED', 'FAILED']]
            : []),
          ...items.map(({ id, name, version, status, seenAt, runs }) => [
            id,
            name,
            version,
            status,
            formatTime(seenAt),
            String(runs.open),
            String(runs.completed),
            String(runs.failed + runs.crashed),
          ]),
        ]),
      );
      if (items.length === 0)
        output.hint(
          values.all
            ? "No workers yet. A program becomes one with: client.worker({ name: 'NAME', … })"
            : 'No active workers. --all also lists those without a recent heartbeat.',
        );
      return exitCode.ok;
    } finally {
      await client.close();
    }
  },
});
