import { useId } from 'react';
import { useStepSuggestions, type BulkTarget } from '../../data/bulk.js';
import { bulkText } from '../../text/bulk.js';
import { useText } from '../../text/language.js';
import { Field } from '../basics/field.js';

export interface FirstStepFieldProps {
  readonly target: BulkTarget;
  readonly firstStep: string;
  readonly onChange: (firstStep: string) => void;
}

/** A text field for the first step to rerun. Suggests the steps of one selected run. */
export function FirstStepField({ target, firstStep, onChange }: FirstStepFieldProps) {
  const text = useText(bulkText);
  const listId = useId();
  const { data: steps = [] } = useStepSuggestions(target);
  return (
    <Field label={text.from} help={text.fromHelp}>
      {(ids) => (
        <>
          <input
            {...ids}
            list={listId}
            autoComplete="off"
            spellCheck={false}
            placeholder={text.fromStart}
            value={firstStep}
            onChange={({ target: { value } }) => onChange(value)}
          />
          <datalist id={listId}>
            {steps.map((step) => (
              <option key={step} value={step} />
            ))}
          </datalist>
        </>
      )}
    </Field>
  );
}
