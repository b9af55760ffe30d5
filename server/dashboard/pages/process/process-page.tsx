import { useQuery } from '@tanstack/react-query';
import { fetchModules } from '../../data/modules.js';
import { queryKeys } from '../../data/query-keys.js';
import { useHasRole } from '../../data/session.js';
import { usePipelines } from '../../data/summaries.js';
import { useTabState } from '../../data/tab-state.js';
import { uploads } from '../../data/uploads/uploads.js';
import { Columns } from '../../parts/basics/columns.js';
import { PageHeader } from '../../parts/basics/page-header.js';
import { Stack } from '../../parts/basics/stack.js';
import { ErrorState } from '../../parts/feedback/error-state.js';
import { useUrlParams } from '../../parts/tables/url-params.js';
import { useText } from '../../text/language.js';
import { processText } from '../../text/process.js';
import { CodePanel } from './code-panel.js';
import type { DroppedFile } from './dropped-files.js';
import { DropZone } from './drop-zone.js';
import { defaultOptions, toSettings, type FileOptions, type ModuleChoice } from './plan.js';
import { PlanPanel } from './plan-panel.js';
import { UploadList } from './upload-list.js';

const urlParamNames = ['pipeline', 'chain', 'name'] as const;

export function ProcessPage() {
  const text = useText(processText);
  const [{ pipeline, chain: composedChain, name }, setView] = useUrlParams(urlParamNames);
  const { data: moduleList, error, refetch } = useQuery({ queryKey: queryKeys.modules, queryFn: fetchModules });
  const { data: summaries } = usePipelines('30d');
  const [choices, setChoices] = useTabState<Readonly<Record<string, ModuleChoice>>>('process.choices', {});
  const [options, setOptions] = useTabState<FileOptions>('process.options', defaultOptions);
  const isRunner = useHasRole('runner');
  const pipelines = (summaries?.items ?? []).filter(({ modules }) => modules !== null);
  const modules = moduleList?.items ?? [];
  const existingPipeline = pipelines.find(({ of }) => of === pipeline);
  const chain = (pipeline === undefined ? composedChain?.split(',') : existingPipeline?.modules) ?? [];
  const choiceKey = (index: number) => `${index} ${chain[index]}`;
  const settings =
    chain.length === 0
      ? undefined
      : toSettings(
          {
            pipeline: pipeline ?? name ?? chain.join('-'),
            chain,
            choices: chain.map((_, index) => choices[choiceKey(index)]),
            options,
          },
          modules,
        );
  const addFiles = (files: readonly DroppedFile[]) => {
    if (!settings) return;
    const [topFolder = '', ...otherTopFolders] = new Set(files.map((file) => file.folder.split('/')[0] ?? ''));
    uploads.add(
      files.map(({ file, folder }) => ({
        file,
        settings:
          folder === ''
            ? settings
            : { ...settings, directory: `${(settings.directory ?? '').replace(/\/$/, '')}/${folder}` },
      })),
      topFolder === '' || otherTopFolders.length > 0 ? undefined : topFolder,
    );
  };
  const firstModule = modules.find((module) => module.name === chain[0]);
  return (
    <Stack>
      <PageHeader title={text.title} subtitle={<span>{isRunner ? text.instructions : text.readOnly}</span>} />
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {moduleList && (
        <Columns>
          <PlanPanel
            pipelines={pipelines}
            pipeline={pipeline}
            onPipelineChange={(next) => setView({ pipeline: next, chain: '', name: '' }, { push: true })}
            name={name}
            onNameChange={(next) => setView({ name: next })}
            chain={chain}
            onChainChange={(next) => setView({ pipeline: '', chain: next.join(',') }, { push: true })}
            modules={modules}
            choiceOf={(index) => choices[choiceKey(index)]}
            onChoiceChange={(index, choice) => setChoices({ ...choices, [choiceKey(index)]: choice })}
            options={options}
            onOptionsChange={setOptions}
          />
          <Stack>
            {isRunner && (
              <DropZone
                isReady={settings !== undefined}
                extensions={moduleList.kinds
                  .filter(({ format }) => format === firstModule?.input)
                  .flatMap((kind) => kind.extensions)}
                onFiles={addFiles}
              />
            )}
            <UploadList />
            {settings && <CodePanel settings={settings} />}
          </Stack>
        </Columns>
      )}
    </Stack>
  );
}
