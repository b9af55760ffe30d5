import { useQuery } from '@tanstack/react-query';
import type { ApiKeyInfo } from 'millrace/shared/types/api-key.js';
import { useState } from 'react';
import { callApi } from '../../data/api.js';
import { queryKeys } from '../../data/query-keys.js';
import { useSession } from '../../data/session.js';
import { Button } from '../../parts/basics/button.js';
import { Name } from '../../parts/basics/name.js';
import { PageHeader } from '../../parts/basics/page-header.js';
import { Panel } from '../../parts/basics/panel.js';
import { ErrorState } from '../../parts/feedback/error-state.js';
import { Time } from '../../parts/records/time.js';
import { ShortTable, type ShortColumn } from '../../parts/tables/short-table.js';
import { keysText } from '../../text/keys.js';
import { useText } from '../../text/language.js';
import { NewKeyDialog } from './new-key-dialog.js';
import { RevokeDialog } from './revoke-dialog.js';

export function KeysPage() {
  const text = useText(keysText);
  const { data, error, refetch } = useQuery({
    queryKey: queryKeys.keys,
    queryFn: ({ signal }) => callApi<{ items: ApiKeyInfo[] }>('/v1/keys', { signal }),
  });
  const ownKeyId = useSession().data?.key.id;
  const [isCreating, setCreating] = useState(false);
  const [keyToRevoke, setKeyToRevoke] = useState<ApiKeyInfo>();
  const columns: ShortColumn<ApiKeyInfo>[] = [
    {
      key: 'name',
      header: text.name,
      cell: (key) => (
        <>
          {key.name} {key.id === ownKeyId && <em>({text.currentSession})</em>}
        </>
      ),
    },
    { key: 'role', header: text.role, cell: (key) => key.role },
    {
      key: 'limits',
      header: text.limitedTo,
      grows: true,
      cell: (key) => (key.pipelines === null ? text.everything : <Name>{key.pipelines.join(', ')}</Name>),
    },
    { key: 'created', header: text.created, cell: (key) => <Time at={key.createdAt} /> },
    { key: 'expires', header: text.expires, cell: (key) => <Expiry at={key.expiresAt} /> },
    {
      key: 'revoke',
      align: 'end',
      cell: (key) => (
        <Button kind="danger" onClick={() => setKeyToRevoke(key)} aria-label={`${text.revoke}: ${key.name}`}>
          {text.revoke}
        </Button>
      ),
    },
  ];
  return (
    <>
      <PageHeader
        title={text.title}
        subtitle={data && <span>{text.count(data.items.length)}</span>}
        actions={
          <Button kind="primary" onClick={() => setCreating(true)}>
            {text.create}
          </Button>
        }
      />
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data && (
        <Panel title={text.title} flush>
          <ShortTable label={text.title} rows={data.items} columns={columns} rowKey={(key) => key.id} />
        </Panel>
      )}
      {isCreating && <NewKeyDialog onClose={() => setCreating(false)} />}
      {keyToRevoke && (
        <RevokeDialog
          apiKey={keyToRevoke}
          isOwn={keyToRevoke.id === ownKeyId}
          onClose={() => setKeyToRevoke(undefined)}
        />
      )}
    </>
  );
}

function Expiry({ at }: { readonly at: string | null }) {
  const text = useText(keysText);
  const [openedAt] = useState(Date.now);
  if (at === null) return text.never;
  if (Date.parse(at) <= openedAt) return <strong>{text.expired}</strong>;
  return <Time at={at} />;
}
