import { useState } from 'react';
import { useLocation } from 'wouter';
import type { RunStatus } from 'millrace/shared/runs/run-status.js';
import type { Json } from 'millrace/shared/types/json.js';
import type { RerunOptions } from '../../../data/run-actions.js';
import { escapeInvisible } from '../../../parts/basics/escape-invisible.js';
import { ConfirmDialog } from '../../../parts/feedback/confirm-dialog.js';
import { useToast } from '../../../parts/feedback/toasts.js';
import { SelectField } from '../../../parts/tables/filter-bar.js';
import { useText } from '../../../text/language.js';
import { runText } from '../../../text/run.js';
import { getLaneName } from '../timeline/lanes.js';
import styles from './actions.module.css';

export interface RerunDialogProps {
  readonly run: RunStatus;
  /** The key of the step that is selected initially; `undefined` to select the beginning. */
  readonly initialStepKey: string | undefined;
  readonly rerun: (options: RerunOptions) => Promise<RunStatus>;
  readonly onClose: () => void;
}

/** Asks for the first step of a rerun and, unless the run is hosted, for the input. Starts the rerun, and opens the page of the new run. */
export function RerunDialog({ run, initialStepKey, rerun, onClose }: RerunDialogProps) {
  const text = useText(runText);
  const showToast = useToast();
  const [, navigate] = useLocation();
  const isHosted = run.kind === 'hosted';
  const originalInput = JSON.stringify(run.input, null, 2);
  const [from, setFrom] = useState(initialStepKey ?? '');
  const [input, setInput] = useState(originalInput);

  const startRerun = async () => {
    const changedInput = isHosted || input === originalInput ? undefined : parseInput(input, text.inputInvalid);
    const { requestId } = await rerun({ from: from === '' ? undefined : from, input: changedInput });
    showToast(text.rerunStarted, 'completed');
    navigate(`/runs/${requestId}`);
  };
  return (
    <ConfirmDialog title={text.rerunTitle} actionLabel={text.rerunAction} onConfirm={startRerun} onClose={onClose}>
      <p>{text.rerunHelp}</p>
      <SelectField
        label={text.from}
        value={from}
        isRequired
        options={[
          { value: '', label: text.fromStart },
          ...run.tasks
            .slice(0, 300)
            .map((task) => ({ value: task.key, label: escapeInvisible(getLaneName(run, task)) })),
        ]}
        onChange={setFrom}
      />
      {isHosted ? (
        <p>{text.inputHosted}</p>
      ) : (
        <label className={styles['input']}>
          {text.input}
          <textarea rows={10} spellCheck={false} value={input} onChange={(event) => setInput(event.target.value)} />
        </label>
      )}
    </ConfirmDialog>
  );
}

function parseInput(source: string, describeError: (message: string) => string): Json {
  try {
    return JSON.parse(source) as Json;
  } catch (error) {
    throw new Error(describeError(error instanceof Error ? error.message : String(error)), { cause: error });
  }
}
