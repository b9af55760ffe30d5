import type { AuditEntry } from '../../../index.js';
import { auditActions } from '../../../shared/types/audit.js';
import { defineCommand, noArguments } from '../../command.js';
import { serverOptions } from '../../options/global-options.js';
import { readChoice, readInteger } from '../../options/option-values.js';
import { readTime } from '../../options/time-values.js';
import { exitCode } from '../../output/exit-code.js';
import { formatTime, formatTable } from '../../output/table.js';
import { connect } from '../../session/connect.js';

const options = {
  since: {
    type: 'string',
    placeholder: 'TIME',
    help: 'changes at this time or later; 7d means 7 days ago (default: all)',
  },
  action: {
    type: 'string',
    placeholder: 'ACTION',
    choices: auditActions,
    help: 'changes of this kind, such as key.create',
  },
  key: { type: 'string', placeholder: 'KEY', help: 'changes by the key with this name or id' },
  limit: { type: 'string', placeholder: 'N', help: 'the maximum number of changes (default: 100)' },
  ...serverOptions,
} as const;

export const auditCommand = defineCommand({
  name: 'audit',
  summary: 'list who changed keys, webhooks, runs and files',
  arguments: noArguments,
  details: [
    'Requires an admin key. Lists the newest changes first, each with its time, key, action, target and address.',
    'Does not list processed files or reported runs; use `millrace runs` to list them.',
  ],
  options,
  examples: [
    ['the changes of the last week', 'millrace audit --since 7d'],
    ['the keys that were created', 'millrace audit --action key.create'],
    [
      'the deletions among the newest changes by a key',
      'millrace audit --key ci --json | jq \'.items[] | select(.action | endswith("delete"))\'',
    ],
  ],
  async run(call) {
    const { values, output, signal } = call;
    const filter = {
      since: readTime('since', values.since),
      action: readChoice('action', values.action, auditActions),
      key: values.key,
      limit: readInteger('limit', values.limit, { min: 1, max: 1000 }) ?? 100,
    };
    const client = connect(call);
    try {
      const page = await client.audit.list(filter, { signal });
      const header = page.items.length > 0 ? [['WHEN', 'KEY', 'ACTION', 'NAME', 'PIPELINE', 'ID', 'FROM']] : [];
      output.result(page, () => formatTable([...header, ...page.items.map(formatRow)]));
      if (page.items.length === 0) output.hint('No changes.');
      if (page.nextCursor !== null)
        output.note('There are older changes. Increase --limit, or narrow the list with --action or --key.');
      return exitCode.ok;
    } finally {
      await client.close();
    }
  },
});

function formatRow({ at, key, action, name, pipeline, target, address }: AuditEntry): string[] {
  return [formatTime(at), key?.name ?? '-', action, name, pipeline ?? '-', target, address ?? '-'];
}
