import { readFileSync } from 'node:fs';
import type { Client, WebhookDelivery, WebhookEventType } from '../../index.js';
import { defineCommand, UsageError, type Call } from '../command.js';
import { serverOptions } from '../options/global-options.js';
import { readList, readInteger } from '../options/option-values.js';
import { exitCode } from '../output/exit-code.js';
import { formatTime, formatTable } from '../output/table.js';
import { connect } from '../session/connect.js';

const options = {
  events: {
    type: 'string',
    placeholder: 'EVENT[,EVENT]',
    help: 'add: only these events, such as run.failed (default: all)',
  },
  'secret-file': {
    type: 'string',
    placeholder: 'FILE',
    help: 'add: a file that contains your own signing secret, whsec_…',
  },
  run: { type: 'string', placeholder: 'RUN_ID', help: 'deliveries: only for this run' },
  webhook: { type: 'string', placeholder: 'WEBHOOK_ID', help: 'deliveries: only to this webhook' },
  limit: { type: 'string', placeholder: 'N', help: 'deliveries: the maximum number (default: 100)' },
  ...serverOptions,
} as const;

type WebhooksCall = Call<typeof options>;

export const webhooksCommand = defineCommand({
  name: 'webhooks',
  summary: 'list, add or delete webhooks, which notify a URL when runs end; list deliveries, or redeliver one',
  arguments: { usage: '[add URL|delete WEBHOOK_ID|deliveries|redeliver DELIVERY_ID]', min: 0, max: 2 },
  completions: ['add', 'delete', 'deliveries', 'redeliver'],
  details: [
    'Without arguments, lists the webhooks. `add` prints the signing secret, which is shown only once.',
    'Deleting a webhook drops its pending deliveries.',
  ],
  options,
  examples: [
    [
      'notify a URL when a run fails or crashes',
      'millrace webhooks add https://example.com/millrace --events run.failed,run.crashed',
    ],
    ["a run's deliveries", 'millrace webhooks deliveries --run 339e1c1e-0d5a-4e0e-9b5c-0f4f6a6f7a10'],
    ['send a message again', 'millrace webhooks redeliver msg_339e1c1e-0d5a-4e0e-9b5c-0f4f6a6f7a10'],
  ],
  async run(call) {
    const [action, argument] = call.positionals;
    const act = findAction(action, argument);
    rejectOptionsOfOtherActions(action, call);
    const client = connect(call);
    try {
      await act(client, call);
      return exitCode.ok;
    } finally {
      await client.close();
    }
  },
});

type Action = (client: Client, call: WebhooksCall) => Promise<void>;

function findAction(action: string | undefined, argument: string | undefined): Action {
  if (action === undefined) return list;
  if (action === 'deliveries') {
    if (argument !== undefined) throw new UsageError(`Unexpected argument '${argument}'.`);
    return listDeliveries;
  }
  const actionWithArgument = Object.hasOwn(actionsWithArgument, action)
    ? actionsWithArgument[action as keyof typeof actionsWithArgument]
    : undefined;
  if (!actionWithArgument)
    throw new UsageError(`Expected add, delete, deliveries or redeliver after 'webhooks', got '${action}'.`);
  if (argument === undefined) throw new UsageError(actionWithArgument.missingMessage);
  return (...rest) => actionWithArgument.act(argument, ...rest);
}

const actionsWithArgument = {
  add: { act: add, missingMessage: 'Missing webhook URL.' },
  delete: { act: remove, missingMessage: 'Missing webhook id. `millrace webhooks` lists the webhooks.' },
  redeliver: {
    act: redeliver,
    missingMessage: 'Missing delivery id. `millrace webhooks deliveries` lists the deliveries.',
  },
};

/** The options that only one action accepts. */
const optionsByAction = [
  ['add', ['events', 'secret-file']],
  ['deliveries', ['run', 'webhook', 'limit']],
] as const;

function rejectOptionsOfOtherActions(action: string | undefined, { values }: WebhooksCall): void {
  for (const [validAction, names] of optionsByAction) {
    const option = action === validAction ? undefined : names.find((name) => values[name] !== undefined);
    if (option === undefined) continue;
    const actualUse = action === undefined ? 'without an action' : `with ${action}`;
    throw new UsageError(`--${option} can only be used with ${validAction}, not ${actualUse}.`);
  }
}

async function list(client: Client, { output, signal }: WebhooksCall): Promise<void> {
  const items = await client.webhooks.list({ signal });
  output.result({ items }, () =>
    formatTable([
      ...(items.length > 0 ? [['WEBHOOK ID', 'URL', 'EVENTS', 'PENDING', 'DROPPED', 'LAST DELIVERY']] : []),
      ...items.map(({ id, url, events, pending, dropped, deliveries: [last] }) => [
        id,
        url,
        events.join(','),
        String(pending),
        String(dropped),
        last ? describeOutcome(last) : '',
      ]),
    ]),
  );
  if (items.length === 0) output.hint('No webhooks yet. Add one: millrace webhooks add URL');
}

async function add(url: string, client: Client, { values, output, signal }: WebhooksCall): Promise<void> {
  const secret = readSecret(values['secret-file']);
  const events = readList('events', values.events) as WebhookEventType[] | undefined;
  const created = await client.webhooks.create({ url, events, secret }, { signal });
  output.result(secret === undefined ? created : { ...created, secret: undefined }, () =>
    formatTable([
      ['webhook', created.id],
      ['url', created.url],
      ['events', created.events.join(', ')],
      ...(secret === undefined ? [['secret', `${created.secret} (shown only once)`]] : []),
    ]),
  );
}

function readSecret(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new UsageError(`Expected --secret-file to be a readable file, got '${file}': ${(error as Error).message}.`);
  }
}

async function remove(id: string, client: Client, { output, signal }: WebhooksCall): Promise<void> {
  await client.webhooks.delete(id, { signal });
  output.result({ deleted: [id] }, () => [`deleted ${id}`]);
}

async function redeliver(id: string, client: Client, { output, signal }: WebhooksCall): Promise<void> {
  const delivery = await client.webhooks.redeliver(id, { signal });
  output.result(delivery, () => [`sending ${id} again`]);
}

async function listDeliveries(client: Client, { values, output, signal }: WebhooksCall): Promise<void> {
  const limit = readInteger('limit', values.limit, { min: 1, max: 1000 });
  const filter = { requestId: values.run, webhookId: values.webhook, limit };
  const items = await client.webhooks.deliveries(filter, { signal });
  output.result({ items }, () =>
    formatTable([
      ...(items.length > 0 ? [['DELIVERY ID', 'RUN ID', 'EVENT', 'CREATED', 'ATTEMPTS', 'WEBHOOK ID', 'STATE']] : []),
      ...items.map((delivery) => [
        delivery.id,
        delivery.requestId ?? `batch ${delivery.batchId ?? ''}`,
        delivery.type,
        formatTime(delivery.createdAt),
        String(delivery.attempts),
        delivery.webhookId ?? "the run's or batch's own",
        describeOutcome(delivery),
      ]),
    ]),
  );
  if (items.length === 0) output.hint('No deliveries.');
}

function describeOutcome({ state, status, error, nextAttemptAt }: WebhookDelivery): string {
  const result = error ?? (status === null ? '' : String(status));
  const next = nextAttemptAt === null ? '' : `next attempt ${formatTime(nextAttemptAt)}`;
  return [state, result, next].filter((part) => part !== '').join(', ');
}
