import { useEffect, useRef, useState } from 'react';
import { Button } from '../../parts/basics/button.js';
import { useToast } from '../../parts/feedback/toasts.js';
import { useText } from '../../text/language.js';
import { runsText } from '../../text/runs.js';
import { exportRuns, type ExportFormat } from './export-runs.js';
import type { RunSelection } from './run-filters.js';

/** Buttons that download all runs that match the filters, not only the loaded ones. */
export function ExportButtons({ selection }: { readonly selection: RunSelection }) {
  const text = useText(runsText);
  const toast = useToast();
  const [read, setRead] = useState<number>();
  const controller = useRef<AbortController>(undefined);
  useEffect(() => () => controller.current?.abort(), []);
  const start = async (format: ExportFormat) => {
    controller.current = new AbortController();
    setRead(0);
    try {
      toast(text.exported(await exportRuns(selection, format, setRead, controller.current.signal)), 'completed');
    } catch (error) {
      if (!controller.current.signal.aborted) toast(error instanceof Error ? error.message : String(error), 'failed');
    } finally {
      setRead(undefined);
    }
  };
  return (
    <>
      {read !== undefined && <span role="status">{text.exporting(read)}</span>}
      {(['CSV', 'JSON'] as const).map((format) => (
        <Button
          key={format}
          disabled={read !== undefined}
          aria-label={text.exportAs(format)}
          title={text.exportAs(format)}
          onClick={() => void start(format)}
        >
          {format}
        </Button>
      ))}
    </>
  );
}
