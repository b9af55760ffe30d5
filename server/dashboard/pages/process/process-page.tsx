import { useQuery } from '@tanstack/react-query';
import { readModules } from '../../data/modules.js';
import { queryKeys } from '../../data/query-keys.js';
import { useCan } from '../../data/session.js';
import { usePipelines } from '../../data/summaries.js';
import { useTabState } from '../../data/tab-state.js';
import { uploads } from '../../data/uploads/uploads.js';
import { Columns } from '../../parts/basics/columns.js';
import { PageHeader } from '../../parts/basics/page-header.js';
import { Stack } from '../../parts/basics/stack.js';
import { ErrorState } from '../../parts/feedback/error-state.js';
import { useUrlFilters } from '../../parts/tables/url-filters.js';
import { useText } from '../../text/language.js';
import { processText } from '../../text/process.js';
import { CodePanel } from './code-panel.js';
import type { DroppedFile } from './dropped-files.js';
import { DropZone } from './drop-zone.js';
import { defaultOptions, toWork, type Choice, type Options } from './plan.js';
import { PlanPanel } from './plan-panel.js';
import { UploadList } from './upload-list.js';

const names = ['pipeline', 'chain', 'name'] as const;

/** Chooses how to process files, accepts files, and shows the state of their uploads and runs. */
export function ProcessPage() {
  const text = useText(processText);
  const [{ pipeline, chain: composed, name }, setView] = useUrlFilters(names);
  const { data: offered, error, refetch } = useQuery({ queryKey: queryKeys.modules, queryFn: readModules });
  const { data: summaries } = usePipelines('30d');
  const [choices, setChoices] = useTabState<Readonly<Record<string, Choice>>>('process.choices', {});
  const [options, setOptions] = useTabState<Options>('process.options', defaultOptions);
  const mayRun = useCan('runner');
  const pipelines = (summaries?.items ?? []).filter(({ modules }) => modules !== null);
  const modules = offered?.items ?? [];
  const existing = pipelines.find(({ of }) => of === pipeline);
  const chain = (pipeline === undefined ? composed?.split(',') : existing?.modules) ?? [];
  const keyOf = (index: number) => `${index} ${chain[index]}`;
  const work =
    chain.length === 0
      ? undefined
      : toWork(
          {
            pipeline: pipeline ?? name ?? chain.join('-'),
            chain,
            choices: chain.map((_, index) => choices[keyOf(index)]),
            options,
          },
          modules,
        );
  const addFiles = (files: readonly DroppedFile[]) => {
    if (!work) return;
    const [folder = '', ...others] = new Set(files.map((file) => file.folder.split('/')[0] ?? ''));
    uploads.add(
      files.map(({ file, folder }) => ({
        file,
        work: folder === '' ? work : { ...work, directory: `${(work.directory ?? '').replace(/\/$/, '')}/${folder}` },
      })),
      folder === '' || others.length > 0 ? undefined : folder,
    );
  };
  const first = modules.find((module) => module.name === chain[0]);
  return (
    <Stack>
      <PageHeader title={text.title} facts={<span>{mayRun ? text.facts : text.readers}</span>} />
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {offered && (
        <Columns>
          <PlanPanel
            pipelines={pipelines}
            pipeline={pipeline}
            onPipeline={(next) => setView({ pipeline: next, chain: '', name: '' }, { push: true })}
            name={name}
            onName={(next) => setView({ name: next })}
            chain={chain}
            onChain={(next) => setView({ pipeline: '', chain: next.join(',') }, { push: true })}
            modules={modules}
            choiceOf={(index) => choices[keyOf(index)]}
            onChoice={(index, choice) => setChoices({ ...choices, [keyOf(index)]: choice })}
            options={options}
            onOptions={setOptions}
          />
          <Stack>
            {mayRun && (
              <DropZone
                isReady={work !== undefined}
                extensions={offered.kinds
                  .filter(({ format }) => format === first?.input)
                  .flatMap((kind) => kind.extensions)}
                onFiles={addFiles}
              />
            )}
            <UploadList />
            {work && <CodePanel work={work} />}
          </Stack>
        </Columns>
      )}
    </Stack>
  );
}
