import { statsRanges } from '../../../shared/runs/run-stats.js';
import { defineCommand, noArguments } from '../../command.js';
import { serverOptions } from '../../options/global-options.js';
import { readChoice } from '../../options/option-values.js';
import { exitCode } from '../../output/exit-code.js';
import { formatTime, formatTable } from '../../output/table.js';
import { connect } from '../../session/connect.js';

const options = {
  range: {
    type: 'string',
    placeholder: 'SPAN',
    choices: statsRanges,
    help: `${statsRanges.join(', ')} (default: 24h)`,
  },
  of: { type: 'string', placeholder: 'NAME', help: 'runs of this pipeline, flow or task' },
  ...serverOptions,
} as const;

export const failuresCommand = defineCommand({
  name: 'failures',
  summary: 'list the reasons why runs failed, and how many failed for each',
  arguments: noArguments,
  details: [
    'Groups the failed and crashed runs that were created within --range by step, code and message. Ids, numbers and quoted values in a',
    'message are ignored. `millrace runs --fingerprint` lists the runs of a group, and `millrace runs rerun --fingerprint` reruns them.',
  ],
  options,
  examples: [
    ['why runs failed in the last 24 hours', 'millrace failures'],
    ['rerun all runs that failed for the same reason', 'millrace runs rerun --fingerprint 5d41402abc4b2a76'],
    ['why runs of a pipeline failed in the last 7 days', 'millrace failures --range 7d --of contracts'],
  ],
  async run(call) {
    const { values, output, signal } = call;
    const filter = { range: readChoice('range', values.range, statsRanges), of: values.of };
    const client = connect(call);
    try {
      const groups = await client.pipelines.failures(filter, { signal });
      const header = groups.items.length > 0 ? [['COUNT', 'FINGERPRINT', 'OF', 'STEP', 'LAST', 'WHY']] : [];
      output.result(groups, () =>
        formatTable([
          ...header,
          ...groups.items.map(({ count, fingerprint, of, step, last, code, message }) => [
            String(count),
            fingerprint,
            of,
            step ?? '-',
            formatTime(last),
            [code, message].filter((part) => part !== null).join(': ') || '-',
          ]),
        ]),
      );
      if (groups.items.length === 0)
        output.hint(`No run${values.of === undefined ? '' : ` of ${values.of}`} failed in the last ${groups.range}.`);
      return exitCode.ok;
    } finally {
      await client.close();
    }
  },
});
