import { useQueryClient } from '@tanstack/react-query';
import type { CreatedWebhook, WebhookEventType } from 'millrace/shared/types/webhook.js';
import { useState } from 'react';
import { callApi } from '../../data/api.js';
import { queryKeys } from '../../data/query-keys.js';
import { Field } from '../../parts/basics/field.js';
import { ConfirmDialog } from '../../parts/feedback/confirm-dialog.js';
import { Dialog } from '../../parts/feedback/dialog.js';
import { CopyableCode } from '../../parts/feedback/empty-state.js';
import { useText } from '../../text/language.js';
import { webhooksText } from '../../text/webhooks.js';
import { eventTypes } from './event-types.js';
import styles from './webhooks.module.css';

/** Asks for the URL and the events of a webhook, creates it, and shows its secret, which the server returns only on creation. */
export function NewWebhookDialog({ onClose }: { readonly onClose: () => void }) {
  const text = useText(webhooksText);
  const client = useQueryClient();
  const [url, setUrl] = useState('');
  const [events, setEvents] = useState<readonly WebhookEventType[]>([]);
  const [createdWebhook, setCreatedWebhook] = useState<CreatedWebhook>();

  const create = async () => {
    const body = { url: url.trim(), ...(events.length > 0 && { events }) };
    const webhook = await callApi<CreatedWebhook>('/v1/webhooks', { method: 'POST', body });
    await client.invalidateQueries({ queryKey: queryKeys.webhooks });
    setCreatedWebhook(webhook);
  };

  if (createdWebhook) {
    return (
      <Dialog title={text.createdTitle} onClose={onClose}>
        <p>{text.secretHelp}</p>
        <CopyableCode>{createdWebhook.secret}</CopyableCode>
      </Dialog>
    );
  }
  return (
    <ConfirmDialog
      title={text.create}
      actionLabel={text.createAction}
      onConfirm={create}
      onClose={onClose}
      onDone={() => undefined}
    >
      <Field label={text.url} help={text.urlHelp}>
        {(ids) => (
          <input
            {...ids}
            type="url"
            value={url}
            placeholder="https://"
            onChange={(event) => setUrl(event.target.value)}
          />
        )}
      </Field>
      <fieldset className={styles['events']}>
        <legend>
          {text.events} <small>{text.eventsHelp}</small>
        </legend>
        {eventTypes.map((type) => (
          <label key={type}>
            <input
              type="checkbox"
              checked={events.includes(type)}
              onChange={({ target }) =>
                setEvents(target.checked ? [...events, type] : events.filter((other) => other !== type))
              }
            />
            {type}
          </label>
        ))}
      </fieldset>
    </ConfirmDialog>
  );
}
