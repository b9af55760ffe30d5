import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Webhook, WebhookDelivery } from 'millrace/shared/types/webhook.js';
import { callApi } from '../../data/api.js';
import { queryKeys } from '../../data/query-keys.js';
import { useLiveEvent } from '../../data/live/live.js';
import { Button } from '../../parts/basics/button.js';
import { Name } from '../../parts/basics/name.js';
import { Panel } from '../../parts/basics/panel.js';
import { EmptyState } from '../../parts/feedback/empty-state.js';
import { ErrorState } from '../../parts/feedback/error-state.js';
import { useToast } from '../../parts/feedback/toasts.js';
import { RunLink } from '../../parts/records/links.js';
import { StateBadge } from '../../parts/records/state-badge.js';
import { Time } from '../../parts/records/time.js';
import { ShortTable, type ShortColumn } from '../../parts/tables/short-table.js';
import { useText } from '../../text/language.js';
import { webhooksText } from '../../text/webhooks.js';

export interface DeliveriesProps {
  /**
   * The webhook whose deliveries are shown; `undefined` to show all deliveries of the account, including those to webhooks of individual
   * runs and batches.
   */
  readonly webhook: Webhook | undefined;
  readonly onShowAll: () => void;
}

const badgeStates = { pending: 'pending', delivered: 'completed', failed: 'failed' } as const;
const refetchDelayMs = 2000;

export function Deliveries({ webhook, onShowAll }: DeliveriesProps) {
  const text = useText(webhooksText);
  const client = useQueryClient();
  const showToast = useToast();
  const filter = { webhook: webhook?.id, limit: 100 };
  const { data, error, refetch } = useQuery({
    queryKey: queryKeys.deliveries(filter),
    queryFn: ({ signal }) =>
      callApi<{ items: WebhookDelivery[] }>('/v1/webhooks/deliveries', { query: filter, signal }),
  });
  const refetchAll = () =>
    Promise.all([
      client.invalidateQueries({ queryKey: queryKeys.webhooks }),
      client.invalidateQueries({ queryKey: ['deliveries'] }),
    ]);
  // when a run ends, the server queues deliveries: refetch after their first attempts have probably ended
  useLiveEvent('run', ({ finishedAt }) => {
    if (finishedAt !== null) setTimeout(() => void refetchAll(), refetchDelayMs);
  });
  const redeliver = useMutation({
    mutationFn: (id: string) =>
      callApi(`/v1/webhooks/deliveries/${encodeURIComponent(id)}/redeliver`, { method: 'POST' }),
    onSuccess: async () => {
      showToast(text.redelivered, 'completed');
      await refetchAll();
    },
    onError: (failure) => showToast(failure.message, 'failed'),
  });
  const columns: ShortColumn<WebhookDelivery>[] = [
    {
      key: 'state',
      header: text.state,
      cell: ({ state }) => <StateBadge state={badgeStates[state]} label={text.states[state]} />,
    },
    { key: 'type', header: text.eventType, cell: ({ type }) => type },
    {
      key: 'run',
      header: text.run,
      cell: ({ requestId }) => requestId !== null && <RunLink id={requestId} name={requestId.slice(0, 8)} />,
    },
    { key: 'attempts', header: text.attempts, align: 'end', cell: ({ attempts }) => attempts },
    {
      key: 'response',
      header: text.response,
      grows: true,
      cell: (delivery) => <Name>{describeResponse(delivery)}</Name>,
    },
    { key: 'created', header: text.created, cell: ({ createdAt }) => <Time at={createdAt} /> },
    { key: 'next', header: text.nextAttempt, cell: ({ nextAttemptAt }) => <Time at={nextAttemptAt} /> },
    {
      key: 'redeliver',
      align: 'end',
      cell: ({ id, state, webhookId }) =>
        state !== 'pending' &&
        webhookId !== null && (
          <Button disabled={redeliver.isPending} onClick={() => redeliver.mutate(id)}>
            {text.redeliver}
          </Button>
        ),
    },
  ];
  return (
    <Panel
      title={webhook ? text.deliveriesTo(webhook.url) : text.deliveries}
      aside={webhook && <Button onClick={onShowAll}>{text.showAll}</Button>}
      flush
    >
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data?.items.length === 0 && <EmptyState title={text.noDeliveries} />}
      {data && data.items.length > 0 && (
        <ShortTable label={text.deliveries} rows={data.items} columns={columns} rowKey={({ id }) => id} />
      )}
    </Panel>
  );
}

function describeResponse({ status, error }: WebhookDelivery): string {
  return error ?? (status === null ? '' : String(status));
}
