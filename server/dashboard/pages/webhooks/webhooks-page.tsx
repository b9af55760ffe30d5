import { useQuery } from '@tanstack/react-query';
import type { Webhook } from 'millrace/shared/types/webhook.js';
import { useState } from 'react';
import { callApi } from '../../data/api.js';
import { queryKeys } from '../../data/query-keys.js';
import { Button } from '../../parts/basics/button.js';
import { Stack } from '../../parts/basics/stack.js';
import { PageHeader } from '../../parts/basics/page-header.js';
import { EmptyState } from '../../parts/feedback/empty-state.js';
import { ErrorState } from '../../parts/feedback/error-state.js';
import { useUrlParams } from '../../parts/tables/url-params.js';
import { useText } from '../../text/language.js';
import { webhooksText } from '../../text/webhooks.js';
import { DeleteWebhookDialog } from './delete-webhook-dialog.js';
import { Deliveries } from './deliveries.js';
import { NewWebhookDialog } from './new-webhook-dialog.js';
import { WebhookTable } from './webhook-table.js';

const filterNames = ['webhook'] as const;

export function WebhooksPage() {
  const text = useText(webhooksText);
  const { data, error, refetch } = useQuery({
    queryKey: queryKeys.webhooks,
    queryFn: ({ signal }) => callApi<{ items: Webhook[] }>('/v1/webhooks', { signal }),
  });
  const [{ webhook: selectedId }, setFilters] = useUrlParams(filterNames);
  const [isCreating, setCreating] = useState(false);
  const [webhookToDelete, setWebhookToDelete] = useState<Webhook>();
  const webhooks = data?.items ?? [];
  const pendingCount = webhooks.reduce((sum, { pending }) => sum + pending, 0);
  return (
    <Stack>
      <PageHeader
        title={text.title}
        subtitle={
          data && (
            <>
              <span>{text.count(webhooks.length)}</span>
              {pendingCount > 0 && <span>{text.waiting(pendingCount)}</span>}
            </>
          )
        }
        actions={
          <Button kind="primary" onClick={() => setCreating(true)}>
            {text.create}
          </Button>
        }
      />
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data && webhooks.length === 0 && (
        <EmptyState title={text.empty} command="npx millrace webhooks add https://example.com/millrace">
          <p>{text.emptyHelp}</p>
        </EmptyState>
      )}
      {webhooks.length > 0 && (
        <WebhookTable
          webhooks={webhooks}
          selectedId={selectedId}
          onSelect={(id) => setFilters({ webhook: id }, { push: true })}
          onDelete={setWebhookToDelete}
        />
      )}
      {data && (
        <Deliveries
          webhook={webhooks.find(({ id }) => id === selectedId)}
          onShowAll={() => setFilters({ webhook: undefined }, { push: true })}
        />
      )}
      {isCreating && <NewWebhookDialog onClose={() => setCreating(false)} />}
      {webhookToDelete && (
        <DeleteWebhookDialog webhook={webhookToDelete} onClose={() => setWebhookToDelete(undefined)} />
      )}
    </Stack>
  );
}
