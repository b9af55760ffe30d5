import type { PipelineSummary } from 'millrace/shared/runs/run-stats.js';
import type { RunStatus } from 'millrace/shared/runs/run-status.js';
import type { Json } from 'millrace/shared/types/json.js';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { callApi } from '../../data/api.js';
import { Field } from '../../parts/basics/field.js';
import { ConfirmDialog } from '../../parts/feedback/confirm-dialog.js';
import { useToast } from '../../parts/feedback/toasts.js';
import { useText } from '../../text/language.js';
import { pipelinesText } from '../../text/pipelines.js';
import styles from './pipelines.module.css';

/** Asks for the input, delay and priority of a run, creates the run, and opens its page. */
export function StartDialog({
  pipeline: { of, kind },
  onClose,
}: {
  readonly pipeline: PipelineSummary;
  readonly onClose: () => void;
}) {
  const text = useText(pipelinesText);
  const showToast = useToast();
  const [, navigate] = useLocation();
  // without a run in the time range, the kind is unknown, so the user must enter an object or an array
  const [inputJson, setInputJson] = useState(kind === null ? '' : kind === 'pipeline' ? '{}' : '[]');
  const [delaySeconds, setDelaySeconds] = useState('0');
  const [priority, setPriority] = useState('0');
  // with the same key, a retry after a lost response does not create a second run
  const [idempotencyKey] = useState(() => `dashboard ${Date.now()} ${Math.random()}`);

  const start = async () => {
    const body = {
      of,
      ...(kind !== null && kind !== 'hosted' && { kind }),
      input: parseInput(inputJson, text),
      delay: Math.round(Number(delaySeconds) * 1000),
      priority: Number(priority),
      idempotencyKey,
    };
    const run = await callApi<RunStatus>('/v1/runs', { method: 'POST', body });
    showToast(text.started(run.name), 'completed');
    navigate(`/runs/${run.requestId}`);
  };

  return (
    <ConfirmDialog title={text.startTitle(of)} actionLabel={text.start} onConfirm={start} onClose={onClose}>
      <p>{text.startHelp}</p>
      <Field label={text.input} help={text.inputHelp}>
        {(ids) => (
          <textarea
            {...ids}
            rows={6}
            spellCheck={false}
            value={inputJson}
            onChange={(event) => setInputJson(event.target.value)}
          />
        )}
      </Field>
      <div className={styles['pair']}>
        <Field label={text.delay}>
          {(ids) => (
            <input
              {...ids}
              type="number"
              min={0}
              value={delaySeconds}
              onChange={(event) => setDelaySeconds(event.target.value)}
            />
          )}
        </Field>
        <Field label={text.priority}>
          {(ids) => (
            <input
              {...ids}
              type="number"
              min={0}
              max={9}
              value={priority}
              onChange={(event) => setPriority(event.target.value)}
            />
          )}
        </Field>
      </div>
    </ConfirmDialog>
  );
}

function parseInput(json: string, text: { inputInvalid: (message: string) => string }): Json {
  try {
    return JSON.parse(json) as Json;
  } catch (error) {
    throw new Error(text.inputInvalid((error as Error).message), { cause: error });
  }
}
