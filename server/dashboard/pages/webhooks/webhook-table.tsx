import type { Webhook } from 'millrace/shared/types/webhook.js';
import { Button } from '../../parts/basics/button.js';
import { Name } from '../../parts/basics/name.js';
import { Panel } from '../../parts/basics/panel.js';
import { formatNumber } from '../../parts/records/format.js';
import { Time } from '../../parts/records/time.js';
import { ShortTable, type ShortColumn } from '../../parts/tables/short-table.js';
import { useLanguage, useText } from '../../text/language.js';
import { webhooksText } from '../../text/webhooks.js';
import { eventTypes } from './event-types.js';

export interface WebhookTableProps {
  readonly webhooks: readonly Webhook[];
  readonly selectedId: string | undefined;
  readonly onSelect: (id: string) => void;
  readonly onDelete: (webhook: Webhook) => void;
}

export function WebhookTable({ webhooks, selectedId, onSelect, onDelete }: WebhookTableProps) {
  const text = useText(webhooksText);
  const { language } = useLanguage();
  const columns: ShortColumn<Webhook>[] = [
    { key: 'url', header: text.url, grows: true, cell: ({ url }) => <Name strong>{url}</Name> },
    {
      key: 'events',
      header: text.events,
      cell: ({ events }) =>
        events.length === eventTypes.length ? text.allEvents : events.map(shortenEventType).join(', '),
    },
    { key: 'pending', header: text.pending, align: 'end', cell: ({ pending }) => formatNumber(pending, language) },
    {
      key: 'dropped',
      header: text.dropped,
      align: 'end',
      cell: ({ dropped }) => <span title={text.droppedHelp}>{formatNumber(dropped, language)}</span>,
    },
    { key: 'created', header: text.created, cell: ({ createdAt }) => <Time at={createdAt} /> },
    {
      key: 'actions',
      align: 'end',
      cell: (webhook) => (
        <>
          <Button aria-label={`${text.showDeliveries}: ${webhook.url}`} onClick={() => onSelect(webhook.id)}>
            {text.showDeliveries}
          </Button>{' '}
          <Button kind="danger" aria-label={`${text.delete}: ${webhook.url}`} onClick={() => onDelete(webhook)}>
            {text.delete}
          </Button>
        </>
      ),
    },
  ];
  return (
    <Panel title={text.title} flush>
      <ShortTable
        label={text.title}
        rows={webhooks}
        columns={columns}
        rowKey={({ id }) => id}
        isSelected={({ id }) => id === selectedId}
      />
    </Panel>
  );
}

const shortenEventType = (type: string): string => type.replace(/^run\./, '');
