import { useState } from 'react';
import type { Work } from '../../data/uploads/reserve.js';
import { CopyButton } from '../../parts/basics/copy-button.js';
import { Panel } from '../../parts/basics/panel.js';
import { Segmented } from '../../parts/basics/segmented.js';
import { TextView } from '../../parts/content/text-view.js';
import { useText } from '../../text/language.js';
import { processText } from '../../text/process.js';
import { toCommand, toSdkCode } from './plan-code.js';

/** The TypeScript code and the command that process a file with the chosen settings. */
export function CodePanel({ work }: { readonly work: Work }) {
  const text = useText(processText);
  const [form, setForm] = useState<'sdk' | 'cli'>('cli');
  const code = form === 'sdk' ? toSdkCode(work) : toCommand(work);
  return (
    <Panel
      title={text.code}
      aside={
        <>
          <Segmented
            label={text.language}
            value={form}
            options={[
              { value: 'cli', label: text.cli },
              { value: 'sdk', label: text.sdk },
            ]}
            onChange={setForm}
          />
          <CopyButton kind="quiet" value={code} what={text[form]} />
        </>
      }
    >
      <TextView label={text[form]}>{code}</TextView>
    </Panel>
  );
}
