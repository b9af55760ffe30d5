import { defineCommand, UsageError } from '../../command.js';
import { jsonOption } from '../../options/global-options.js';
import { readStoreOptions, storeOptions } from '../../options/server-options.js';
import { exitCode } from '../../output/exit-code.js';
import { formatTime, formatTable } from '../../output/table.js';
import { loadServer } from '../../session/load-server.js';

export const accountsCommand = defineCommand({
  name: 'accounts',
  summary: "list or create a server's accounts, which cannot see each other's data",
  arguments: { usage: '[list|create NAME]', min: 0, max: 2 },
  completions: ['list', 'create'],
  details: [
    'Opens the data directory or the database directly, not over HTTP. If a server uses the embedded database, stop it first; a',
    'server on PostgreSQL can keep running. `create` prints the first admin key of the account, which is shown only once.',
  ],
  options: { ...storeOptions, ...jsonOption },
  examples: [
    ['an account for another team', 'millrace accounts create team-b'],
    ['the accounts in a database', 'DATABASE_URL=postgres://db/millrace millrace accounts'],
  ],
  async run(call) {
    const { output } = call;
    const [action = 'list', name] = call.positionals;
    if (action !== 'list' && action !== 'create') {
      throw new UsageError(`Expected list or create after 'accounts', got '${action}'.`);
    }
    if (action === 'list' && name !== undefined) throw new UsageError(`Unexpected argument '${name}'.`);
    if (action === 'create' && name === undefined) throw new UsageError('Missing account name.');
    const { createAccount, listAccounts } = await loadServer('accounts');
    const store = readStoreOptions(call);
    if (name !== undefined) {
      const created = await createAccount(store, name);
      output.result(created, () =>
        formatTable([
          ['id', created.id],
          ['name', created.name],
          ['key', `${created.key} (shown only once)`],
        ]),
      );
      return exitCode.ok;
    }
    const items = await listAccounts(store);
    output.result({ items }, () =>
      formatTable([
        ...(items.length > 0 ? [['ACCOUNT ID', 'NAME', 'CREATED', 'KEYS']] : []),
        ...items.map(({ id, name, createdAt, keys }) => [id, name, formatTime(createdAt), String(keys)]),
      ]),
    );
    return exitCode.ok;
  },
});
