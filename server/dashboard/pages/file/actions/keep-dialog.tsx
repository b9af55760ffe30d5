import { useState } from 'react';
import { Field } from '../../../parts/basics/field.js';
import { ConfirmDialog } from '../../../parts/feedback/confirm-dialog.js';
import { useToast } from '../../../parts/feedback/toasts.js';
import { formatExactTime } from '../../../parts/records/format.js';
import { useNow } from '../../../parts/records/now.js';
import { fileText } from '../../../text/file.js';
import { useLanguage, useText } from '../../../text/language.js';

/** How long to keep a file, in seconds; `null` to keep it until somebody deletes it. */
const spans = {
  hour: 3600,
  day: 86_400,
  week: 7 * 86_400,
  month: 30 * 86_400,
  year: 365 * 86_400,
  always: null,
} as const;
type Span = keyof typeof spans;

export interface KeepDialogProps {
  /** @param expireTime How long to keep the file from now on, in seconds; `null` to keep it until somebody deletes it. */
  readonly keep: (expireTime: number | null) => Promise<unknown>;
  readonly onClose: () => void;
}

/** Asks how long to keep the file, and shows the time when it will expire. */
export function KeepDialog({ keep, onClose }: KeepDialogProps) {
  const text = useText(fileText);
  const { language } = useLanguage();
  const toast = useToast();
  const now = useNow();
  const [span, setSpan] = useState<Span>('month');
  const seconds = spans[span];
  const help =
    seconds === null ? text.keepAlways : text.keepHelp(formatExactTime(new Date(now + seconds * 1000), language));
  return (
    <ConfirmDialog
      title={text.keepTitle}
      action={text.keepAction}
      onConfirm={async () => {
        await keep(seconds);
        toast(text.kept, 'completed');
      }}
      onClose={onClose}
    >
      <Field label={text.keepFor} help={help}>
        {(ids) => (
          <select {...ids} value={span} onChange={({ target }) => setSpan(target.value as Span)}>
            {Object.keys(spans).map((name) => (
              <option key={name} value={name}>
                {text.spans[name as Span]}
              </option>
            ))}
          </select>
        )}
      </Field>
    </ConfirmDialog>
  );
}
