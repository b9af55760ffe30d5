import type { Client, NewApiKey, Role } from '../../../index.js';
import { checkKeyPipelines, roles } from '../../../shared/rules/roles.js';
import { defineCommand, UsageError, type Call } from '../../command.js';
import { serverOptions } from '../../options/global-options.js';
import { readChoice } from '../../options/option-values.js';
import { parseDurationSeconds } from '../../options/time-values.js';
import { exitCode } from '../../output/exit-code.js';
import { formatTime, formatTable } from '../../output/table.js';
import { connect } from '../../session/connect.js';

const options = {
  role: {
    type: 'string',
    placeholder: 'ROLE',
    choices: roles,
    help: "create: the key's role: reader, runner, operator or admin",
  },
  pipelines: {
    type: 'string',
    placeholder: 'NAMES',
    help: 'create: the pipelines, flows and tasks that the key is limited to, such as a,b (default: all)',
  },
  expires: {
    type: 'string',
    placeholder: 'TIME',
    help: 'create: how long the key is valid, such as 12h or 90d (default: forever)',
  },
  ...serverOptions,
} as const;

type KeysCall = Call<typeof options>;

export const keysCommand = defineCommand({
  name: 'keys',
  summary: 'list, create or revoke API keys',
  arguments: { usage: '[list|create NAME|revoke NAME|revoke KEY_ID]', min: 0, max: 2 },
  completions: ['list', 'create', 'revoke'],
  details: [
    'Requires an admin key, such as the one in credentials.json. `create` prints the key, which is shown only once.',
    'A revoked key stops working within a second.',
  ],
  options,
  examples: [
    ['a key for a build machine', 'millrace keys create ci --role runner --expires 90d'],
    ['a key for only two pipelines', 'millrace keys create audit --role reader --pipelines contracts,notes'],
    ['list the keys', 'millrace keys list'],
    ['revoke a key', 'millrace keys revoke ci'],
  ],
  async run(call) {
    const act = readAction(call);
    const client = connect(call);
    try {
      await act(client);
      return exitCode.ok;
    } finally {
      await client.close();
    }
  },
});

function readAction(call: KeysCall): (client: Client) => Promise<void> {
  const [action = 'list', name] = call.positionals;
  const { role: roleText, pipelines, expires } = call.values;
  if (action !== 'list' && action !== 'create' && action !== 'revoke') {
    throw new UsageError(`Expected list, create or revoke after 'keys', got '${action}'.`);
  }
  const [givenCreateOption] =
    Object.entries({ role: roleText, pipelines, expires }).find(([, value]) => value !== undefined) ?? [];
  if (action !== 'create' && givenCreateOption !== undefined) {
    throw new UsageError(`--${givenCreateOption} can only be used with create, not with ${action}.`);
  }
  if (action === 'list') {
    if (name !== undefined) throw new UsageError(`Unexpected argument '${name}'.`);
    return (client) => list(client, call);
  }
  if (name === undefined) throw new UsageError('Missing key name. `millrace keys` lists the keys.');
  if (action === 'revoke') return (client) => revoke(name, client, call);
  const role = readChoice('role', roleText, roles);
  if (role === undefined) throw new UsageError('Missing --role ROLE. Set it to reader, runner, operator or admin.');
  const key = { name, role, pipelines: readPipelineNames(pipelines, role), expireTime: readExpireTime(expires) };
  return (client) => create(key, client, call);
}

function readPipelineNames(text: string | undefined, role: Role): string[] | undefined {
  if (text === undefined) return undefined;
  const names = text.split(',').map((name) => name.trim());
  const problem = checkKeyPipelines(names, role);
  if (problem !== undefined) throw new UsageError(`--pipelines: ${problem}.`);
  return names;
}

function readExpireTime(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = parseDurationSeconds(text);
  if (seconds !== undefined) return seconds;
  throw new UsageError(`Expected --expires to be a duration such as 12h or 90d, got '${text}'.`);
}

async function create(key: NewApiKey, client: Client, { output, signal }: KeysCall): Promise<void> {
  const created = await client.keys.create(key, { signal });
  output.result(created, () =>
    formatTable([
      ['id', created.id],
      ['name', created.name],
      ['role', created.role],
      ['pipelines', formatPipelines(created.pipelines)],
      ['expires', created.expiresAt === null ? 'never' : formatTime(created.expiresAt)],
      ['key', `${created.key} (shown only once)`],
    ]),
  );
}

function formatPipelines(pipelines: readonly string[] | null): string {
  return pipelines === null ? 'all' : pipelines.join(', ');
}

async function list(client: Client, { output, signal }: KeysCall): Promise<void> {
  const items = await client.keys.list({ signal });
  output.result({ items }, () =>
    formatTable([
      ['KEY ID', 'NAME', 'ROLE', 'PIPELINES', 'CREATED', 'EXPIRES'],
      ...items.map(({ id, name, role, pipelines, createdAt, expiresAt }) => [
        id,
        name,
        role,
        formatPipelines(pipelines),
        formatTime(createdAt),
        expiresAt === null ? 'never' : formatTime(expiresAt),
      ]),
    ]),
  );
}

async function revoke(nameOrId: string, client: Client, { output, signal }: KeysCall): Promise<void> {
  await client.keys.revoke(nameOrId, { signal });
  output.result({ revoked: [nameOrId] }, () => [`revoked ${nameOrId}`]);
}
