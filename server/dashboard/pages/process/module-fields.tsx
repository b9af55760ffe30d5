import type { ParamSpec } from 'millrace/shared/modules/module-definition.js';
import type { ModuleInfo } from 'millrace/shared/types/server-info.js';
import { Field } from '../../parts/basics/field.js';
import { escapeInvisible } from '../../parts/basics/escape-invisible.js';
import { useText } from '../../text/language.js';
import { processText } from '../../text/process.js';
import { resolveModel, getParamEntries, type ModuleChoice } from './plan.js';
import styles from './process.module.css';

export interface ModuleFieldsProps {
  readonly module: ModuleInfo;
  readonly choice: ModuleChoice | undefined;
  readonly onChange: (choice: ModuleChoice) => void;
}

export function ModuleFields({ module, choice = { params: {} }, onChange }: ModuleFieldsProps) {
  const text = useText(processText);
  const model = resolveModel(module, choice);
  if (!model) return null;
  const params = getParamEntries(model);
  return (
    <details className={styles['step']}>
      <summary>
        <strong>{escapeInvisible(module.name)}</strong>{' '}
        <span className={styles['quiet']}>{escapeInvisible(model.name)}</span>
      </summary>
      <Field label={text.model} help={model.available ? undefined : escapeInvisible(model.reason ?? '')}>
        {(ids) => (
          <select {...ids} value={model.name} onChange={({ target }) => onChange({ ...choice, model: target.value })}>
            {module.models.map(({ name, available }) => (
              <option key={name} value={name}>
                {available ? escapeInvisible(name) : text.cannotRun(escapeInvisible(name))}
              </option>
            ))}
          </select>
        )}
      </Field>
      <div className={styles['params']}>
        {params.map(([name, spec]) => (
          <ParamField
            key={name}
            name={name}
            spec={spec}
            value={choice.params[name] ?? ''}
            onChange={(value) => onChange({ ...choice, params: { ...choice.params, [name]: value } })}
          />
        ))}
      </div>
    </details>
  );
}

interface ParamFieldProps {
  readonly name: string;
  readonly spec: ParamSpec;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function ParamField({ name, spec, value, onChange }: ParamFieldProps) {
  const text = useText(processText);
  const optionalLabel = spec.required ? '' : text.default;
  const defaultLabel = spec.default === undefined ? optionalLabel : text.defaultValue(String(spec.default));
  const allowedValues = spec.type === 'bool' ? ['true', 'false'] : spec.values;
  return (
    <Field label={spec.required ? `${escapeInvisible(name)} (${text.required})` : escapeInvisible(name)}>
      {(ids) =>
        allowedValues ? (
          <select {...ids} value={value} onChange={({ target }) => onChange(target.value)}>
            <option value="">{defaultLabel}</option>
            {allowedValues.map((option) => (
              <option key={option} value={option}>
                {spec.type === 'bool' ? (option === 'true' ? text.yes : text.no) : option}
              </option>
            ))}
          </select>
        ) : spec.type === 'json' ? (
          <textarea
            {...ids}
            rows={4}
            spellCheck={false}
            value={value}
            placeholder={defaultLabel}
            onChange={({ target }) => onChange(target.value)}
          />
        ) : (
          <input
            {...ids}
            type={spec.type === 'int' || spec.type === 'number' ? 'number' : 'text'}
            step={spec.type === 'int' ? 1 : 'any'}
            value={value}
            placeholder={defaultLabel}
            onChange={({ target }) => onChange(target.value)}
          />
        )
      }
    </Field>
  );
}
