import { useId, type ReactNode } from 'react';
import styles from './field.module.css';

export interface FieldProps {
  readonly label: string;
  /** One sentence below the control. */
  readonly help?: ReactNode;
  /** Renders the control with the given attributes, which connect it to its label and its help. */
  readonly children: (ids: { readonly id: string; readonly 'aria-describedby'?: string }) => ReactNode;
}

/** A form control with its label and a sentence of help. */
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
