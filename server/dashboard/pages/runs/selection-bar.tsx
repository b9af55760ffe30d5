import type { BulkAction } from 'millrace/shared/types/bulk.js';
import { Button } from '../../parts/basics/button.js';
import { bulkText } from '../../text/bulk.js';
import { useText } from '../../text/language.js';
import { runsText } from '../../text/runs.js';
import styles from './runs.module.css';
import type { useSelection } from './use-selection.js';

export interface SelectionBarProps {
  readonly selection: ReturnType<typeof useSelection>;
  readonly onAction: (action: BulkAction) => void;
  /** Whether the session's key may perform the actions. */
  readonly canAct: boolean;
  /**
   * Whether a filter is set. Without a filter, the server refuses a bulk action on all matching runs, so the bar does not offer to select
   * them.
   */
  readonly isFiltered: boolean;
}

export function SelectionBar({ selection, onAction, canAct, isFiltered }: SelectionBarProps) {
  const text = useText(runsText);
  const { actions } = useText(bulkText);
  return (
    <div className={styles['selection']} role="toolbar" aria-label={text.selected(selection.count)}>
      <span role="status">{selection.includesAllMatching ? text.allSelected : text.selected(selection.count)}</span>
      {!selection.includesAllMatching && isFiltered && (
        <Button kind="quiet" onClick={selection.selectAllMatching}>
          {text.selectAllMatching}
        </Button>
      )}
      <Button kind="quiet" onClick={selection.clear}>
        {text.clearSelection}
      </Button>
      {canAct && (
        <span className={styles['actions']}>
          {(['resume', 'rerun', 'cancel', 'delete'] as const).map((action) => (
            <Button key={action} kind={action === 'delete' ? 'danger' : 'normal'} onClick={() => onAction(action)}>
              {actions[action]}
            </Button>
          ))}
        </span>
      )}
    </div>
  );
}
