import { useState } from 'react';
import type { PipelineSummary } from 'millrace/shared/runs/run-stats.js';
import type { ModuleInfo } from 'millrace/shared/types/server-info.js';
import { Field } from '../../parts/basics/field.js';
import { Panel } from '../../parts/basics/panel.js';
import { SegmentedControl } from '../../parts/basics/segmented.js';
import { escapeInvisible } from '../../parts/basics/escape-invisible.js';
import { useText } from '../../text/language.js';
import { processText } from '../../text/process.js';
import { ChainEditor } from './chain-editor.js';
import { OptionFields } from './option-fields.js';
import { ModuleFields } from './module-fields.js';
import type { FileOptions, ModuleChoice } from './plan.js';
import styles from './process.module.css';

export interface PlanPanelProps {
  readonly pipelines: readonly PipelineSummary[];
  /** The name of the chosen pipeline; `undefined` if none is chosen. */
  readonly pipeline: string | undefined;
  readonly onPipelineChange: (name: string) => void;
  /** The name of the new pipeline. @default the names of the modules, joined with hyphens */
  readonly name: string | undefined;
  readonly onNameChange: (name: string) => void;
  readonly chain: readonly string[];
  readonly onChainChange: (chain: readonly string[]) => void;
  readonly modules: readonly ModuleInfo[];
  /** Returns the chosen model and parameters of the module at an index of the chain; `undefined` for the defaults. */
  readonly choiceOf: (index: number) => ModuleChoice | undefined;
  readonly onChoiceChange: (index: number, choice: ModuleChoice) => void;
  readonly options: FileOptions;
  readonly onOptionsChange: (options: FileOptions) => void;
}

/** A panel for choosing a pipeline or composing a chain, and for setting models, parameters and file options. */
export function PlanPanel(props: PlanPanelProps) {
  const { pipelines, pipeline, onPipelineChange, name, onNameChange, chain, onChainChange, modules } = props;
  const text = useText(processText);
  const [selectedMode, setSelectedMode] = useState<'existing' | 'compose'>();
  const mode = pipeline === undefined ? (selectedMode ?? 'compose') : 'existing';
  return (
    <Panel title={text.processing}>
      <div className={styles['plan']}>
        <SegmentedControl
          label={text.source}
          value={mode}
          options={[
            { value: 'compose', label: text.moduleChain },
            { value: 'existing', label: text.existingPipeline },
          ]}
          onChange={(next) => {
            setSelectedMode(next);
            // a composed chain starts as a copy of the chosen pipeline's chain
            onChainChange(next === 'compose' ? chain : []);
          }}
        />
        {mode === 'existing' && pipelines.length === 0 && <p className={styles['quiet']}>{text.noPipelines}</p>}
        {mode === 'existing' && pipelines.length > 0 && (
          <Field label={text.pipeline}>
            {(ids) => (
              <select {...ids} value={pipeline ?? ''} onChange={({ target }) => onPipelineChange(target.value)}>
                <option value="">{text.choose}</option>
                {pipelines.map(({ of, modules: pipelineChain }) => (
                  <option key={of} value={of}>
                    {escapeInvisible(`${of} (${pipelineChain?.join(' → ') ?? ''})`)}
                  </option>
                ))}
              </select>
            )}
          </Field>
        )}
        {mode === 'compose' && <ChainEditor chain={chain} modules={modules} onChainChange={onChainChange} />}
        {chain.map((moduleName, index) => {
          const module = modules.find((candidate) => candidate.name === moduleName);
          return (
            module && (
              <ModuleFields
                key={`${index} ${moduleName}`}
                module={module}
                choice={props.choiceOf(index)}
                onChange={(choice) => props.onChoiceChange(index, choice)}
              />
            )
          );
        })}
        {mode === 'compose' && chain.length > 0 && (
          <Field label={text.name} help={text.nameHelp}>
            {(ids) => (
              <input
                {...ids}
                value={name ?? ''}
                placeholder={chain.join('-')}
                onChange={({ target }) => onNameChange(target.value)}
              />
            )}
          </Field>
        )}
        <OptionFields options={props.options} onChange={props.onOptionsChange} />
      </div>
    </Panel>
  );
}
