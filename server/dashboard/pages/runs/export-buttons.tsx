import { useEffect, useRef, useState } from 'react';
import { Button } from '../../parts/basics/button.js';
import { useToast } from '../../parts/feedback/toasts.js';
import { useText } from '../../text/language.js';
import { runsText } from '../../text/runs.js';
import { exportRuns, type ExportFormat } from './export-runs.js';
import type { RunQuery } from './run-filters.js';

/** Buttons that export all runs that match the filters, including runs that are not loaded. */
export function ExportButtons({ runQuery }: { readonly runQuery: RunQuery }) {
  const text = useText(runsText);
  const showToast = useToast();
  const [exportedCount, setExportedCount] = useState<number>();
  const controller = useRef<AbortController>(undefined);
  useEffect(() => () => controller.current?.abort(), []);
  const start = async (format: ExportFormat) => {
    controller.current = new AbortController();
    setExportedCount(0);
    try {
      showToast(
        text.exported(await exportRuns(runQuery, format, setExportedCount, controller.current.signal)),
        'completed',
      );
    } catch (error) {
      if (!controller.current.signal.aborted)
        showToast(error instanceof Error ? error.message : String(error), 'failed');
    } finally {
      setExportedCount(undefined);
    }
  };
  return (
    <>
      {exportedCount !== undefined && <span role="status">{text.exporting(exportedCount)}</span>}
      {(['CSV', 'JSON'] as const).map((format) => (
        <Button
          key={format}
          disabled={exportedCount !== undefined}
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
