import { Field } from '../../parts/basics/field.js';
import { useText } from '../../text/language.js';
import { processText } from '../../text/process.js';
import { spans, type Options, type Span } from './plan.js';
import styles from './process.module.css';

export interface OptionFieldsProps {
  readonly options: Options;
  readonly onOptions: (options: Options) => void;
}

/** Fields for the options of all files: how long to keep them, directory, tags and description. */
export function OptionFields({ options, onOptions }: OptionFieldsProps) {
  const text = useText(processText);
  const set = (changes: Partial<Options>) => onOptions({ ...options, ...changes });
  return (
    <>
      <Field label={text.expire}>
        {(ids) => (
          <select {...ids} value={options.expire} onChange={({ target }) => set({ expire: target.value as Span })}>
            {Object.keys(spans).map((span) => (
              <option key={span} value={span}>
                {text.spans[span as Span]}
              </option>
            ))}
          </select>
        )}
      </Field>
      <label className={styles['check']}>
        <input
          type="checkbox"
          checked={options.keepInput}
          onChange={({ target }) => set({ keepInput: target.checked })}
        />
        {text.keepInput}
      </label>
      <details className={styles['step']}>
        <summary>{text.options}</summary>
        <Field label={text.directory} help={text.directoryHelp}>
          {(ids) => (
            <input {...ids} value={options.directory} onChange={({ target }) => set({ directory: target.value })} />
          )}
        </Field>
        <Field label={text.tags} help={text.tagsHelp}>
          {(ids) => <input {...ids} value={options.tags} onChange={({ target }) => set({ tags: target.value })} />}
        </Field>
        <Field label={text.description}>
          {(ids) => (
            <input {...ids} value={options.description} onChange={({ target }) => set({ description: target.value })} />
          )}
        </Field>
      </details>
    </>
  );
}
