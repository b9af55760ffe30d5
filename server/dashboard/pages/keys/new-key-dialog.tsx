import { useQueryClient } from '@tanstack/react-query';
import { roles, type Role } from 'millrace/shared/rules/roles.js';
import type { CreatedApiKey } from 'millrace/shared/types/api-key.js';
import { useState } from 'react';
import { callApi } from '../../data/api.js';
import { queryKeys } from '../../data/query-keys.js';
import { Field } from '../../parts/basics/field.js';
import { ConfirmDialog } from '../../parts/feedback/confirm-dialog.js';
import { Dialog } from '../../parts/feedback/dialog.js';
import { CopyableCode } from '../../parts/feedback/empty-state.js';
import { keysText } from '../../text/keys.js';
import { useText } from '../../text/language.js';

const secondsPerDay = 86_400;

/** Asks for the name, role, pipelines and expiry of a key, creates the key, and shows it once. */
export function NewKeyDialog({ onClose }: { readonly onClose: () => void }) {
  const text = useText(keysText);
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('runner');
  const [pipelines, setPipelines] = useState('');
  const [days, setDays] = useState('');
  const [createdKey, setCreatedKey] = useState<CreatedApiKey>();

  const createKey = async () => {
    const pipelineNames = pipelines
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
    const key = await callApi<CreatedApiKey>('/v1/keys', {
      method: 'POST',
      body: {
        name: name.trim(),
        role,
        ...(pipelineNames.length > 0 && { pipelines: pipelineNames }),
        ...(days !== '' && { expireTime: Math.round(Number(days) * secondsPerDay) }),
      },
    });
    await client.invalidateQueries({ queryKey: queryKeys.keys });
    setCreatedKey(key);
  };

  if (createdKey) {
    return (
      <Dialog title={text.createdTitle(createdKey.name)} onClose={onClose}>
        <p>{text.createdHelp}</p>
        <CopyableCode>{createdKey.key}</CopyableCode>
      </Dialog>
    );
  }
  return (
    <ConfirmDialog
      title={text.createTitle}
      actionLabel={text.createAction}
      onConfirm={createKey}
      onClose={onClose}
      onDone={() => undefined}
    >
      <Field label={text.name} help={text.nameHelp}>
        {(ids) => <input {...ids} value={name} spellCheck={false} onChange={(event) => setName(event.target.value)} />}
      </Field>
      <Field label={text.role}>
        {(ids) => (
          <select {...ids} value={role} onChange={(event) => setRole(event.target.value as Role)}>
            {roles.map((value) => (
              <option key={value} value={value}>
                {text.roles[value]}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={text.pipelines} help={text.pipelinesHelp}>
        {(ids) => <input {...ids} value={pipelines} onChange={(event) => setPipelines(event.target.value)} />}
      </Field>
      <Field label={text.days} help={text.daysHelp}>
        {(ids) => (
          <input {...ids} type="number" min={1} value={days} onChange={(event) => setDays(event.target.value)} />
        )}
      </Field>
    </ConfirmDialog>
  );
}
