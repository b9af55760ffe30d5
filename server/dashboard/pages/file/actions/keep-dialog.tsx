import { useState } from 'react';
import { Field } from '../../../parts/basics/field.js';
import { ConfirmDialog } from '../../../parts/feedback/confirm-dialog.js';
import { useToast } from '../../../parts/feedback/toasts.js';
import { formatExactTime } from '../../../parts/records/format.js';
import { useNow } from '../../../parts/records/now.js';
import { fileText } from '../../../text/file.js';
import { useLanguage, useText } from '../../../text/language.js';

/** The retention times to choose from, in seconds. `null` means that the file never expires. */
const retentionSecondsByName = {
  hour: 3600,
  day: 86_400,
  week: 7 * 86_400,
  month: 30 * 86_400,
  year: 365 * 86_400,
  always: null,
} as const;
type RetentionTimeName = keyof typeof retentionSecondsByName;

export interface KeepDialogProps {
  /** @param expireTime How long to keep the file, in seconds from now. `null` means that the file never expires. */
  readonly keep: (expireTime: number | null) => Promise<unknown>;
  readonly onClose: () => void;
}

/** A dialog for changing how long the server keeps a file. */
export function KeepDialog({ keep, onClose }: KeepDialogProps) {
  const text = useText(fileText);
  const { language } = useLanguage();
  const showToast = useToast();
  const now = useNow();
  const [selectedName, setSelectedName] = useState<RetentionTimeName>('month');
  const seconds = retentionSecondsByName[selectedName];
  const help =
    seconds === null ? text.keepAlways : text.keepHelp(formatExactTime(new Date(now + seconds * 1000), language));
  return (
    <ConfirmDialog
      title={text.expiryTitle}
      actionLabel={text.expiryAction}
      onConfirm={async () => {
        await keep(seconds);
        showToast(text.expiryChanged, 'completed');
      }}
      onClose={onClose}
    >
      <Field label={text.keepFor} help={help}>
        {(ids) => (
          <select
            {...ids}
            value={selectedName}
            onChange={({ target }) => setSelectedName(target.value as RetentionTimeName)}
          >
            {Object.keys(retentionSecondsByName).map((name) => (
              <option key={name} value={name}>
                {text.retentionTimes[name as RetentionTimeName]}
              </option>
            ))}
          </select>
        )}
      </Field>
    </ConfirmDialog>
  );
}
