import type { ParamSpec } from 'millrace/shared/modules/module-definition.js';
import type { ModuleInfo } from 'millrace/shared/types/server-info.js';
import { Field } from '../../parts/basics/field.js';
import { visibleText } from '../../parts/basics/visible-text.js';
import { useText } from '../../text/language.js';
import { processText } from '../../text/process.js';
import { modelOf, paramsOf, type Choice } from './plan.js';
import styles from './process.module.css';

export interface StepFieldsProps {
  readonly module: ModuleInfo;
  readonly choice: Choice | undefined;
  readonly onChoice: (choice: Choice) => void;
}

/** Fields for the model of a module and its parameters, as the server describes them. */
export function StepFields({ module, choice = { params: {} }, onChoice }: StepFieldsProps) {
  const text = useText(processText);
  const model = modelOf(module, choice);
  if (!model) return null;
  const params = paramsOf(model);
  return (
    <details className={styles['step']}>
      <summary>
        <strong>{visibleText(module.name)}</strong> <span className={styles['quiet']}>{visibleText(model.name)}</span>
      </summary>
      <Field label={text.model} help={model.available ? undefined : visibleText(model.reason ?? '')}>
        {(ids) => (
          <select {...ids} value={model.name} onChange={({ target }) => onChoice({ ...choice, model: target.value })}>
            {module.models.map(({ name, available }) => (
              <option key={name} value={name}>
                {available ? visibleText(name) : text.cannotRun(visibleText(name))}
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
            onValue={(value) => onChoice({ ...choice, params: { ...choice.params, [name]: value } })}
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
  readonly onValue: (value: string) => void;
}

function ParamField({ name, spec, value, onValue }: ParamFieldProps) {
  const text = useText(processText);
  const preset = spec.default === undefined ? text.preset : text.presetOf(String(spec.default));
  const values = spec.type === 'bool' ? ['true', 'false'] : spec.values;
  return (
    <Field label={spec.required ? `${visibleText(name)} (${text.required})` : visibleText(name)}>
      {(ids) =>
        values ? (
          <select {...ids} value={value} onChange={({ target }) => onValue(target.value)}>
            <option value="">{preset}</option>
            {values.map((one) => (
              <option key={one} value={one}>
                {spec.type === 'bool' ? (one === 'true' ? text.yes : text.no) : one}
              </option>
            ))}
          </select>
        ) : spec.type === 'json' ? (
          <textarea
            {...ids}
            rows={4}
            spellCheck={false}
            value={value}
            placeholder={preset}
            onChange={({ target }) => onValue(target.value)}
          />
        ) : (
          <input
            {...ids}
            type={spec.type === 'int' || spec.type === 'number' ? 'number' : 'text'}
            step={spec.type === 'int' ? 1 : 'any'}
            value={value}
            placeholder={preset}
            onChange={({ target }) => onValue(target.value)}
          />
        )
      }
    </Field>
  );
}
