import { throwIfAborted } from '../../shared/runtime/abort-reason.js';
import type { Call } from '../command.js';
import { commonCode, exitCode, type ExitCode } from '../output/exit-code.js';
import { explainError } from '../output/explain-error.js';

/**
 * Deletes several things one after the other. If one cannot be deleted, the others still are.
 *
 * @param idName The name of an id in the JSON output.
 */
export async function deleteEach(
  ids: readonly string[],
  idName: 'fileId' | 'requestId',
  { output, signal }: Pick<Call, 'output' | 'signal'>,
  deleteOne: (id: string) => Promise<void>,
): Promise<ExitCode> {
  const deleted: string[] = [];
  const failed: { id: string; message: string; code: ExitCode }[] = [];
  for (const id of ids) {
    try {
      await deleteOne(id);
      deleted.push(id);
    } catch (error) {
      throwIfAborted(signal);
      const { message, code } = explainError(error);
      // every other deletion would fail with the same error
      if (code === exitCode.unauthenticated || code === exitCode.usage) throw error;
      failed.push({ id, message, code });
      output.error(`${id}: ${message}`);
    }
  }
  output.result({ deleted, failed: failed.map(({ id, message }) => ({ [idName]: id, message })) }, () =>
    deleted.map((id) => `deleted ${id}`),
  );
  return commonCode([...deleted.map(() => exitCode.ok), ...failed.map(({ code }) => code)]);
}
