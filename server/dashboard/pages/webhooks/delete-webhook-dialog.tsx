import { useQueryClient } from '@tanstack/react-query';
import type { Webhook } from 'millrace/shared/types/webhook.js';
import { callApi } from '../../data/api.js';
import { queryKeys } from '../../data/query-keys.js';
import { ConfirmDialog } from '../../parts/feedback/confirm-dialog.js';
import { useToast } from '../../parts/feedback/toasts.js';
import { useText } from '../../text/language.js';
import { webhooksText } from '../../text/webhooks.js';

export function DeleteWebhookDialog({ webhook, onClose }: { readonly webhook: Webhook; readonly onClose: () => void }) {
  const text = useText(webhooksText);
  const client = useQueryClient();
  const showToast = useToast();
  const remove = async () => {
    await callApi(`/v1/webhooks/${webhook.id}`, { method: 'DELETE' });
    showToast(text.deleted, 'completed');
    await client.invalidateQueries({ queryKey: queryKeys.webhooks });
  };
  return (
    <ConfirmDialog title={text.deleteTitle} actionLabel={text.delete} danger onConfirm={remove} onClose={onClose}>
      <p>{text.deleteHelp(webhook.url)}</p>
    </ConfirmDialog>
  );
}
