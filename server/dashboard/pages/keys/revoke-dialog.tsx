import { useQueryClient } from '@tanstack/react-query';
import type { ApiKeyInfo } from 'millrace/shared/types/api-key.js';
import { callApi } from '../../data/api.js';
import { queryKeys } from '../../data/query-keys.js';
import { ConfirmDialog } from '../../parts/feedback/confirm-dialog.js';
import { useToast } from '../../parts/feedback/toasts.js';
import { keysText } from '../../text/keys.js';
import { useText } from '../../text/language.js';

export interface RevokeDialogProps {
  readonly apiKey: ApiKeyInfo;
  /** Whether the browser is signed in with this key. */
  readonly isOwn: boolean;
  readonly onClose: () => void;
}

export function RevokeDialog({ apiKey: { id, name }, isOwn, onClose }: RevokeDialogProps) {
  const text = useText(keysText);
  const client = useQueryClient();
  const showToast = useToast();
  const revoke = async () => {
    await callApi(`/v1/keys/${encodeURIComponent(id)}`, { method: 'DELETE' });
    showToast(text.revoked(name), 'completed');
    await client.invalidateQueries({ queryKey: isOwn ? queryKeys.session : queryKeys.keys });
  };
  return (
    <ConfirmDialog title={text.revokeTitle(name)} actionLabel={text.revoke} danger onConfirm={revoke} onClose={onClose}>
      <p>{text.revokeHelp}</p>
      {isOwn && (
        <p>
          <strong>{text.revokeOwnKey}</strong>
        </p>
      )}
    </ConfirmDialog>
  );
}
