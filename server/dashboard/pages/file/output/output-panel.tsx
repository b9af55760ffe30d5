import type { useFileOutput, FileStatus } from '../../../data/file.js';
import type { RunStatus } from 'millrace/shared/runs/run-status.js';
import type { FileOutputPage } from 'millrace/shared/types/files/file-output.js';
import { Button } from '../../../parts/basics/button.js';
import { Panel } from '../../../parts/basics/panel.js';
import { SegmentedControl } from '../../../parts/basics/segmented.js';
import { JsonView } from '../../../parts/content/json-view.js';
import { ErrorState } from '../../../parts/feedback/error-state.js';
import { SearchField } from '../../../parts/tables/filter-bar.js';
import { useText } from '../../../text/language.js';
import { fileText } from '../../../text/file.js';
import { sharedText } from '../../../text/shared-text.js';
import { FactList } from './fact-list.js';
import { ItemsView, type ItemsViewProps } from './items-view.js';
import styles from './output.module.css';

const tabs = ['items', 'text', 'json', 'facts'] as const;
const imageTabs = ['text', 'items', 'json', 'facts'] as const;
type Tab = (typeof tabs)[number];

export interface OutputPanelProps extends Pick<ItemsViewProps, 'highlightedIndex' | 'onHighlight' | 'onPlay'> {
  readonly file: FileStatus;
  readonly run: RunStatus | undefined;
  readonly output: ReturnType<typeof useFileOutput>;
  readonly search: string | undefined;
  readonly onSearchChange: (search: string) => void;
  readonly tab: string | undefined;
  readonly onTabChange: (tab: string) => void;
}

/** Tabs for the output of a file and for facts about the file. Some kinds of output can also be shown as text or as JSON. */
export function OutputPanel({
  file,
  run,
  output,
  search,
  onSearchChange,
  tab,
  onTabChange,
  ...highlightProps
}: OutputPanelProps) {
  const text = useText(fileText);
  const firstPage = output.data?.pages[0];
  const kind = firstPage?.kind ?? 'binary';
  // for an image, the text is the first tab, before the list of words
  const tabOrder = kind === 'ocr' ? imageTabs : tabs;
  const defaultTab = tabOrder[0];
  const labels: Record<Tab, string> = {
    items: firstPage ? text.kinds[kind] : text.output,
    text: text.asText,
    json: text.asJson,
    facts: text.facts,
  };
  const isAvailable: Record<Tab, boolean> = {
    items: true,
    text: kind === 'ocr' || kind === 'transcript',
    json: kind !== 'text' && kind !== 'binary',
    facts: true,
  };
  const shownTab = tabOrder.find((candidate) => candidate === tab && isAvailable[candidate]) ?? defaultTab;
  // hide the search field if there is only one item, such as the text of an image, unless a search is active
  const isSearchable = shownTab !== 'facts' && firstPage !== undefined && (firstPage.total > 1 || search !== undefined);
  return (
    <Panel
      title={
        <span className={styles['tabs']}>
          <SegmentedControl
            label={text.output}
            value={shownTab}
            options={tabOrder.filter((name) => isAvailable[name]).map((value) => ({ value, label: labels[value] }))}
            onChange={(next) => onTabChange(next === defaultTab ? '' : next)}
          />
        </span>
      }
      aside={
        isSearchable && (
          <span className={styles['tools']}>
            <span>{formatTotal(firstPage, text)}</span>
            <SearchField label={text.searchOutput} value={search ?? ''} onChange={onSearchChange} />
          </span>
        )
      }
      flush
    >
      {shownTab === 'facts' ? (
        <FactList file={file} run={run} output={firstPage} />
      ) : (
        <OutputItems file={file} output={output} tab={shownTab} search={search} {...highlightProps} />
      )}
    </Panel>
  );
}

function formatTotal({ kind, total }: FileOutputPage, text: ReturnType<typeof useText<typeof fileText.en>>): string {
  const format = kind === 'text' || kind === 'keywords' || kind === 'vectors' ? text.items[kind] : text.items.others;
  return format(total);
}

type OutputItemsProps = Pick<
  OutputPanelProps,
  'file' | 'output' | 'search' | 'highlightedIndex' | 'onHighlight' | 'onPlay'
> & {
  readonly tab: Exclude<Tab, 'facts'>;
};

function OutputItems({ file, output, tab, search, ...highlightProps }: OutputItemsProps) {
  const text = useText(fileText);
  const shared = useText(sharedText);
  const { data, error, refetch, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = output;
  const firstPage = data?.pages[0];
  if (file.state !== 'ready')
    return <p className={styles['note']}>{file.state === 'failed' ? text.noOutput : text.outputPending}</p>;
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!firstPage)
    return (
      <p className={styles['note']} role="status">
        {shared.loading}
      </p>
    );
  const items = data.pages.flatMap((page) => page.items);
  if (items.length === 0) {
    const emptyNote = firstPage.kind === 'vectors' ? text.noVectorTexts : text.empty;
    const note = search === undefined ? emptyNote : text.nothingMatches;
    return <p className={styles['note']}>{firstPage.kind === 'binary' ? text.binary : note}</p>;
  }
  return (
    <div className={styles['items']} tabIndex={0} role="group" aria-label={text.output}>
      {tab === 'json' ? (
        <div className={styles['json']}>
          <JsonView value={items} label={text.asJson} />
        </div>
      ) : (
        <ItemsView kind={firstPage.kind} items={items} asText={tab === 'text'} {...highlightProps} />
      )}
      {error && (
        <ErrorState error={error} brief onRetry={() => void (isFetchNextPageError ? fetchNextPage() : refetch())} />
      )}
      {hasNextPage && !isFetchNextPageError && (
        <div className={styles['more']}>
          <Button disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {text.showMore(firstPage.total - items.length)}
          </Button>
        </div>
      )}
    </div>
  );
}
