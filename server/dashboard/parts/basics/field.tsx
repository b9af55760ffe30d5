import { useId, type ReactNode } from 'react';
import styles from './field.module.css';

export interface FieldProps {
  readonly label: string;
  /** Help text below the control. */
  readonly help?: ReactNode;
  /** Renders the control. `ids` contains the attributes that connect the control to its label and help text. */
  readonly children: (ids: { readonly id: string; readonly 'aria-describedby'?: string }) => ReactNode;
}

/** A form control with a label and, optionally, help text. */
export function Field({ label, help, children }: FieldProps) {
  const id = useId();
  const helpId = `${id}-help`;
  return (
    <div className={styles['field']}>
      <label htmlFor={id}>{label}</label>
      {children({ id, ...(help !== undefined && { 'aria-describedby': helpId }) })}
      {help !== undefined && (
        <p id={helpId} className={styles['help']}>
          {help}
        </p>
      )}
    </div>
  );
}
