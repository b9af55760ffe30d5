import type { useFileOutput, FileStatus } from '../../../data/file.js';
import type { RunStatus } from 'millrace/shared/runs/run-status.js';
import type { FileOutputPage } from 'millrace/shared/types/files/file-output.js';
import { Button } from '../../../parts/basics/button.js';
import { Panel } from '../../../parts/basics/panel.js';
import { Segmented } from '../../../parts/basics/segmented.js';
import { JsonView } from '../../../parts/content/json-view.js';
import { ErrorState } from '../../../parts/feedback/error-state.js';
import { SearchField } from '../../../parts/tables/filter-bar.js';
import { useText } from '../../../text/language.js';
import { fileText } from '../../../text/file.js';
import { partsText } from '../../../text/parts.js';
import { FactList } from './fact-list.js';
import { ItemsView, type ItemsViewProps } from './items-view.js';
import styles from './output.module.css';

const tabs = ['items', 'text', 'json', 'facts'] as const;
const tabsOfImage = ['text', 'items', 'json', 'facts'] as const;
type Tab = (typeof tabs)[number];

export interface OutputPanelProps extends Pick<ItemsViewProps, 'lit' | 'onLight' | 'onPlay'> {
  readonly file: FileStatus;
  readonly run: RunStatus | undefined;
  readonly output: ReturnType<typeof useFileOutput>;
  readonly search: string | undefined;
  readonly onSearch: (search: string) => void;
  readonly tab: string | undefined;
  readonly onTab: (tab: string) => void;
}

/** The output of a file, in a form that suits its kind, or as JSON, and the facts of the file. */
export function OutputPanel({ file, run, output, search, onSearch, tab, onTab, ...linked }: OutputPanelProps) {
  const text = useText(fileText);
  const first = output.data?.pages[0];
  const kind = first?.kind ?? 'binary';
  // for an image, the text is shown first, before the list of words
  const order = kind === 'ocr' ? tabsOfImage : tabs;
  const preset = order[0];
  const labels: Record<Tab, string> = {
    items: first ? text.kinds[kind] : text.output,
    text: text.asText,
    json: text.asJson,
    facts: text.facts,
  };
  const has: Record<Tab, boolean> = {
    items: true,
    text: kind === 'ocr' || kind === 'transcript',
    json: kind !== 'text' && kind !== 'binary',
    facts: true,
  };
  const shown = order.find((one) => one === tab && has[one]) ?? preset;
  // a single item, such as the text of an image, needs no search
  const isSearchable = shown !== 'facts' && first !== undefined && (first.total > 1 || search !== undefined);
  return (
    <Panel
      title={
        <span className={styles['tabs']}>
          <Segmented
            label={text.output}
            value={shown}
            options={order.filter((one) => has[one]).map((value) => ({ value, label: labels[value] }))}
            onChange={(next) => onTab(next === preset ? '' : next)}
          />
        </span>
      }
      aside={
        isSearchable && (
          <span className={styles['tools']}>
            <span>{countOf(first, text)}</span>
            <SearchField label={text.searchOutput} value={search ?? ''} onChange={onSearch} />
          </span>
        )
      }
      flush
    >
      {shown === 'facts' ? (
        <FactList file={file} run={run} output={first} />
      ) : (
        <OutputItems file={file} output={output} tab={shown} search={search} {...linked} />
      )}
    </Panel>
  );
}

function countOf({ kind, total }: FileOutputPage, text: ReturnType<typeof useText<typeof fileText.en>>): string {
  const count = kind === 'text' || kind === 'keywords' || kind === 'vectors' ? text.items[kind] : text.items.others;
  return count(total);
}

type OutputItemsProps = Pick<OutputPanelProps, 'file' | 'output' | 'search' | 'lit' | 'onLight' | 'onPlay'> & {
  readonly tab: Exclude<Tab, 'facts'>;
};

function OutputItems({ file, output, tab, search, ...linked }: OutputItemsProps) {
  const text = useText(fileText);
  const parts = useText(partsText);
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = output;
  const first = data?.pages[0];
  if (file.state !== 'ready')
    return <p className={styles['note']}>{file.state === 'failed' ? text.noOutput : text.waits}</p>;
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!first)
    return (
      <p className={styles['note']} role="status">
        {parts.loading}
      </p>
    );
  const items = data.pages.flatMap((page) => page.items);
  if (items.length === 0) {
    const none = first.kind === 'vectors' ? text.noVectorTexts : text.empty;
    const why = search === undefined ? none : text.nothingMatches;
    return <p className={styles['note']}>{first.kind === 'binary' ? text.binary : why}</p>;
  }
  return (
    <div className={styles['items']} tabIndex={0} role="group" aria-label={text.output}>
      {tab === 'json' ? (
        <div className={styles['json']}>
          <JsonView value={items} label={text.asJson} />
        </div>
      ) : (
        <ItemsView kind={first.kind} items={items} asText={tab === 'text'} {...linked} />
      )}
      {hasNextPage && (
        <div className={styles['more']}>
          <Button disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {text.more(first.total - items.length)}
          </Button>
        </div>
      )}
    </div>
  );
}
