import { Field } from '../../parts/basics/field.js';
import { useText } from '../../text/language.js';
import { processText } from '../../text/process.js';
import { retentionSecondsByName, type FileOptions, type RetentionTimeName } from './plan.js';
import styles from './process.module.css';

export interface OptionFieldsProps {
  readonly options: FileOptions;
  readonly onChange: (options: FileOptions) => void;
}

export function OptionFields({ options, onChange }: OptionFieldsProps) {
  const text = useText(processText);
  const update = (changes: Partial<FileOptions>) => onChange({ ...options, ...changes });
  return (
    <>
      <Field label={text.retention}>
        {(ids) => (
          <select
            {...ids}
            value={options.expire}
            onChange={({ target }) => update({ expire: target.value as RetentionTimeName })}
          >
            {Object.keys(retentionSecondsByName).map((name) => (
              <option key={name} value={name}>
                {text.retentionTimes[name as RetentionTimeName]}
              </option>
            ))}
          </select>
        )}
      </Field>
      <label className={styles['check']}>
        <input
          type="checkbox"
          checked={options.keepInput}
          onChange={({ target }) => update({ keepInput: target.checked })}
        />
        {text.keepInput}
      </label>
      <details className={styles['step']}>
        <summary>{text.options}</summary>
        <Field label={text.directory} help={text.directoryHelp}>
          {(ids) => (
            <input {...ids} value={options.directory} onChange={({ target }) => update({ directory: target.value })} />
          )}
        </Field>
        <Field label={text.tags} help={text.tagsHelp}>
          {(ids) => <input {...ids} value={options.tags} onChange={({ target }) => update({ tags: target.value })} />}
        </Field>
        <Field label={text.description}>
          {(ids) => (
            <input
              {...ids}
              value={options.description}
              onChange={({ target }) => update({ description: target.value })}
            />
          )}
        </Field>
      </details>
    </>
  );
}
