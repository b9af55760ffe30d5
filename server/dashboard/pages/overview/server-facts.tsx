import { useQuery } from '@tanstack/react-query';
import type { RunStats } from 'millrace/shared/runs/run-stats.js';
import { Link } from 'wouter';
import { callApi } from '../../data/api.js';
import { queryKeys } from '../../data/query-keys.js';
import { useHasRole } from '../../data/session.js';
import { Panel } from '../../parts/basics/panel.js';
import { formatBytes } from '../../parts/records/format.js';
import { useLanguage, useText } from '../../text/language.js';
import { overviewText } from '../../text/overview.js';
import styles from './overview.module.css';

export function ServerFacts({ stats: { disk, webhooks } }: { readonly stats: RunStats }) {
  const text = useText(overviewText);
  const { language } = useLanguage();
  const isAdmin = useHasRole('admin');
  const { data } = useQuery({
    queryKey: queryKeys.server,
    queryFn: ({ signal }) => callApi<{ version: string }>('/v1', { signal }),
  });
  const formatSize = (value: number) => formatBytes(value, language);
  const deliveryCounts = text.deliveryCounts(webhooks.pending, webhooks.failed);
  return (
    <Panel title={text.server} className={styles['wide']}>
      <dl className={styles['facts']}>
        <div>
          <dt>{text.version}</dt>
          <dd>{data?.version}</dd>
        </div>
        <div>
          <dt>{text.disk}</dt>
          <dd>{text.diskFree(formatSize(disk.freeBytes), formatSize(disk.totalBytes))}</dd>
        </div>
        <div>
          <dt>{text.deliveries}</dt>
          <dd>{isAdmin ? <Link href="/webhooks">{deliveryCounts}</Link> : deliveryCounts}</dd>
        </div>
      </dl>
    </Panel>
  );
}
