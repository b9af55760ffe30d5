import { useState } from 'react';
import type { ProcessSettings } from '../../data/uploads/reserve.js';
import { CopyButton } from '../../parts/basics/copy-button.js';
import { Panel } from '../../parts/basics/panel.js';
import { SegmentedControl } from '../../parts/basics/segmented.js';
import { TextView } from '../../parts/content/text-view.js';
import { useText } from '../../text/language.js';
import { processText } from '../../text/process.js';
import { toShellCommand, toSdkCode } from './plan-code.js';

/** The TypeScript code or the shell command that processes a file with the chosen settings. */
export function CodePanel({ settings }: { readonly settings: ProcessSettings }) {
  const text = useText(processText);
  const [language, setLanguage] = useState<'sdk' | 'cli'>('cli');
  const code = language === 'sdk' ? toSdkCode(settings) : toShellCommand(settings);
  return (
    <Panel
      title={text.code}
      aside={
        <>
          <SegmentedControl
            label={text.language}
            value={language}
            options={[
              { value: 'cli', label: text.cli },
              { value: 'sdk', label: text.sdk },
            ]}
            onChange={setLanguage}
          />
          <CopyButton kind="quiet" value={code} valueName={text[language]} />
        </>
      }
    >
      <TextView label={text[language]}>{code}</TextView>
    </Panel>
  );
}
