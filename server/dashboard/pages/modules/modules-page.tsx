import { useQuery } from '@tanstack/react-query';
import type { ModelInfo, ModuleInfo } from 'millrace/shared/types/server-info.js';
import { fetchModules } from '../../data/modules.js';
import { queryKeys } from '../../data/query-keys.js';
import { Name } from '../../parts/basics/name.js';
import { Stack } from '../../parts/basics/stack.js';
import { PageHeader } from '../../parts/basics/page-header.js';
import { escapeInvisible } from '../../parts/basics/escape-invisible.js';
import { Panel } from '../../parts/basics/panel.js';
import { ErrorState } from '../../parts/feedback/error-state.js';
import { StateBadge } from '../../parts/records/state-badge.js';
import { ShortTable, type ShortColumn } from '../../parts/tables/short-table.js';
import { useUrlParams } from '../../parts/tables/url-params.js';
import { useText } from '../../text/language.js';
import { modulesText } from '../../text/modules.js';
import { FileKinds } from './file-kinds.js';
import styles from './modules.module.css';

const filterNames = ['only'] as const;

interface ModelRow {
  readonly module: ModuleInfo;
  readonly model: ModelInfo;
  /** Whether this is the module's first row in the table. Only this row shows the module's name, input and output. */
  readonly isFirst: boolean;
}

/** The modules and their models, how each model runs on this server or how to enable it, and the kinds of file that modules can read. */
export function ModulesPage() {
  const text = useText(modulesText);
  const [{ only }, setFilters] = useUrlParams(filterNames);
  const { data, error, refetch } = useQuery({ queryKey: queryKeys.modules, queryFn: fetchModules });
  const modules = data?.items ?? [];
  const rows = modules.flatMap((module): ModelRow[] =>
    module.models
      .filter(({ available }) => only === undefined || !available)
      .map((model, index) => ({ module, model, isFirst: index === 0 })),
  );
  const availableCount = modules.filter(({ models }) => models.some(({ available }) => available)).length;
  const columns: ShortColumn<ModelRow>[] = [
    { key: 'module', header: text.module, cell: ({ module, isFirst }) => isFirst && <strong>{module.name}</strong> },
    { key: 'reads', header: text.reads, cell: ({ module, isFirst }) => isFirst && module.input },
    { key: 'outputs', header: text.outputs, cell: ({ module, isFirst }) => isFirst && module.output },
    { key: 'model', header: text.model, cell: (row) => <ModelName {...row} /> },
    {
      key: 'state',
      header: text.state,
      cell: ({ model: { available } }) => (
        <StateBadge state={available ? 'completed' : 'failed'} label={available ? text.available : text.unavailable} />
      ),
    },
    { key: 'how', header: text.howItRuns, cell: ({ model }) => <ModelStatus model={model} /> },
  ];
  return (
    <Stack>
      <PageHeader
        title={text.title}
        subtitle={data && <span>{text.availableCount(availableCount, modules.length)}</span>}
        actions={
          <label className={styles['only']}>
            <input
              type="checkbox"
              checked={only !== undefined}
              onChange={({ target }) => setFilters({ only: target.checked ? 'missing' : undefined }, { push: true })}
            />
            {text.onlyUnavailable}
          </label>
        }
      />
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data && (
        <>
          <Panel title={text.title} flush>
            <ShortTable
              label={text.title}
              rows={rows}
              columns={columns}
              rowKey={({ module, model }) => `${module.name} ${model.name}`}
            />
          </Panel>
          <FileKinds kinds={data.kinds} />
        </>
      )}
    </Stack>
  );
}

function ModelName({ module, model }: ModelRow) {
  const text = useText(modulesText);
  const params = Object.entries(model.params).map(
    ([name, { type, default: defaultValue, required }]) =>
      `${name}: ${type}${defaultValue === undefined ? '' : ` = ${JSON.stringify(defaultValue)}`}${required ? ` (${text.required})` : ''}`,
  );
  return (
    <div className={styles['model']}>
      <Name>{model.name}</Name>
      {model.name === module.defaultModel && <small>{text.defaultLabel}</small>}
      {params.length > 0 && (
        <small title={text.params}>
          <Name>{params.join(', ')}</Name>
        </small>
      )}
    </div>
  );
}

/** How a model runs, or why it is unavailable. If the reason has several sentences, all but the first are collapsed. */
function ModelStatus({ model: { route, reason } }: { readonly model: ModelInfo }) {
  const text = useText(modulesText);
  if (reason === undefined) return route && text.routes[route];
  const end = reason.indexOf('. ');
  if (end < 0) return <span className={styles['how']}>{escapeInvisible(reason)}</span>;
  return (
    <details className={styles['how']}>
      <summary>{escapeInvisible(reason.slice(0, end + 1))}</summary>
      {escapeInvisible(reason.slice(end + 2))}
    </details>
  );
}
