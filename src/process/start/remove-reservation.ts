import { fileBody } from '../../shared/wire/bodies.js';
import type { PipelineContext } from '../../http/hosted-call.js';

const budget = 5000;

/** As well as it goes, and not for long: a reservation that stays is removed by the server after a minute. Never rejects. */
export async function removeReservation(context: PipelineContext, fileId: string): Promise<void> {
  const { connection, name } = context;
  try {
    await connection.send(
      { what: `remove the reservation of file ${fileId}`, path: '/krixik-core-delete', json: fileBody(name, fileId) },
      { timeout: budget, maxRetries: 0 },
    );
  } catch (error) {
    connection.settings.log.debug(`the reservation of file ${fileId} could not be removed`, { error: String(error) });
  }
}
