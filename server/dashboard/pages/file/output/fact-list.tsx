import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { RunStatus } from 'millrace/shared/runs/run-status.js';
import type { FileOutputPage } from 'millrace/shared/types/files/file-output.js';
import type { FileStatus } from '../../../data/file.js';
import { fetchModules } from '../../../data/modules.js';
import { queryKeys } from '../../../data/query-keys.js';
import { describeTags } from '../../../parts/records/describe-tags.js';
import { CopyButton } from '../../../parts/basics/copy-button.js';
import { escapeInvisible } from '../../../parts/basics/escape-invisible.js';
import { formatBytes, formatDuration } from '../../../parts/records/format.js';
import { Expiry, Time } from '../../../parts/records/time.js';
import { useLanguage, useText } from '../../../text/language.js';
import { fileText } from '../../../text/file.js';
import { modulesOf } from '../file-modules.js';
import styles from './output.module.css';

export interface FactListProps {
  readonly file: FileStatus;
  readonly run: RunStatus | undefined;
  readonly output: FileOutputPage | undefined;
}

export function FactList({ file, run, output }: FactListProps) {
  const text = useText(fileText);
  const { factLabels } = text;
  const { language } = useLanguage();
  const { data: moduleList } = useQuery({ queryKey: queryKeys.modules, queryFn: fetchModules });
  const describeModule = (name: string, model: string | null, index: number) => {
    const route = moduleList?.items
      .find((module) => module.name === name)
      ?.models.find(({ name: modelName }) => modelName === model)?.route;
    const durationMs = run?.tasks[index]?.durationMs;
    return [
      escapeInvisible(name),
      model !== null && text.model(escapeInvisible(model)),
      route && text.routes[route],
      durationMs != null && formatDuration(durationMs, language),
    ]
      .filter(Boolean)
      .join(' · ');
  };
  const renderCopyableCode = (value: string, valueName: string) => (
    <>
      <code>{value}</code> <CopyButton kind="quiet" value={value} valueName={valueName} />
    </>
  );
  const facts: [string, ReactNode][] = [
    [factLabels.path, escapeInvisible(file.symbolicFilePath)],
    ...modulesOf(file).map(({ name, model, params }, index): [string, ReactNode] => [
      factLabels.module(index + 1),
      <>
        {describeModule(name, model, index)}
        {params !== undefined && <code> {escapeInvisible(JSON.stringify(params))}</code>}
      </>,
    ]),
    ...(output
      ? ([
          [factLabels.output, `${output.extension} · ${formatBytes(output.bytes, language)}`],
          [factLabels.checksum, renderCopyableCode(output.sha256, factLabels.checksum)],
        ] as [string, ReactNode][])
      : []),
    ...(file.fileTags.length > 0
      ? [[factLabels.tags, escapeInvisible(describeTags(file.fileTags))] as [string, ReactNode]]
      : []),
    ...(file.fileDescription === ''
      ? []
      : [[factLabels.description, escapeInvisible(file.fileDescription)] as [string, ReactNode]]),
    [factLabels.created, <Time key="created" at={file.createdAt} />],
    [factLabels.changed, <Time key="changed" at={file.lastUpdated} />],
    [factLabels.expires, <Expiry key="expires" at={file.expiresAt} />],
    [factLabels.id, renderCopyableCode(file.fileId, factLabels.id)],
  ];
  return (
    <dl className={styles['facts']}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
