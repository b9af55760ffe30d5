import { RunFailedError } from 'millrace';
import { expect } from 'vitest';

/** Returns the error of a run that is expected to fail. */
export async function failureOf(work: Promise<unknown>): Promise<RunFailedError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(RunFailedError);
  return error as RunFailedError;
}
