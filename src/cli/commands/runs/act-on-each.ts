import { isMillraceError } from '../../../index.js';
import { throwIfAborted } from '../../../shared/runtime/abort-reason.js';
import type { Call } from '../../command.js';
import { combineExitCodes, exitCode, type ExitCode } from '../../output/exit-code.js';
import { explainError } from '../../output/explain-error.js';

interface ItemAction {
  /** The JSON property that contains the id of a file or run for which the action failed. */
  readonly idName: 'fileId' | 'requestId';
  /** The action's past participle, such as `deleted`. It is the JSON property for the list of ids and the first word of each line. */
  readonly participle: string;
  /** Acts on one file or run. @returns The id of the new run, if the action creates one. */
  readonly act: (id: string) => Promise<unknown>;
}

/**
 * Acts on several files or runs, one by one. If the action fails for one of them, continues with the others.
 *
 * @throws `AuthenticationError` if the server rejects the key for the first action, because all other actions would fail too; the signal's
 * reason if the signal is aborted.
 */
export async function actOnEach(
  ids: readonly string[],
  { output, signal }: Pick<Call, 'output' | 'signal'>,
  { idName, participle, act }: ItemAction,
): Promise<ExitCode> {
  const succeeded: { id: string; newId: string | undefined }[] = [];
  const failed: { id: string; message: string; code: ExitCode }[] = [];
  for (const id of ids) {
    try {
      const newId = await act(id);
      succeeded.push({ id, newId: typeof newId === 'string' ? newId : undefined });
    } catch (error) {
      throwIfAborted(signal);
      const isFirst = succeeded.length === 0 && failed.length === 0;
      if (isFirst && isMillraceError(error, 'authentication')) throw error;
      const { message, code } = explainError(error);
      failed.push({ id, message, code });
      output.error(`${id}: ${message}`);
    }
  }
  const failures = failed.map(({ id, message }) => ({ [idName]: id, message }));
  output.result({ [participle]: succeeded.map(({ id, newId }) => newId ?? id), failed: failures }, () =>
    succeeded.map(({ id, newId }) => `${participle} ${id}${newId === undefined ? '' : ` as ${newId}`}`),
  );
  return combineExitCodes([...succeeded.map(() => exitCode.ok), ...failed.map(({ code }) => code)]);
}
