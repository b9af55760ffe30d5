import type { Hono } from 'hono';
import { joinFilePath } from 'millrace/shared/rules/file-path.js';
import * as z from 'zod';
import { removeFinishedFiles } from '../../engine/hosted/remove-files.js';
import { includesName } from '../../store/tables/access.js';
import { findFile } from '../../store/tables/files.js';
import { moduleChoices, moduleFacts } from '../file-modules.js';
import type { HttpContext, RouteEnv } from '../http-context.js';
import { notFound } from '../api-error.js';
import { readId, readQuery } from './read-query.js';

const deleteQuery = z.object({ pipeline: z.string().min(1) });

/** `/v1/files`: returns a file from any pipeline, and deletes the files of a pipeline. */
export function fileRoutes(app: Hono<RouteEnv>, { engine }: HttpContext): void {
  app.delete('/v1/files', async (c) => {
    const { pipeline } = readQuery(deleteQuery, c.req.query());
    const access = c.get('access');
    // a pipeline that is not visible has no files
    if (!includesName(access, pipeline)) return c.json({ deleted: 0, more: false });
    return c.json(await removeFinishedFiles(engine, access.account, pipeline, c.req.raw.signal));
  });

  app.get('/v1/files/:id', async (c) => {
    const id = readId(c.req.param('id'), 'file');
    const file = await findFile(engine.db, c.get('access'), id, engine.clock.now());
    // a reservation without an upload is not a file yet
    if (!file || file.state === 'reserved') {
      throw notFound(`There is no file ${id}: it never existed, was deleted or has expired`);
    }
    return c.json({
      fileId: file.id,
      requestId: file.run_id,
      pipeline: file.pipeline,
      state: file.state,
      fileName: file.file_name,
      symbolicDirectoryPath: file.directory,
      symbolicFilePath: joinFilePath(file.directory, file.file_name),
      fileTags: file.tags,
      fileDescription: file.description,
      createdAt: file.created_at.toISOString(),
      lastUpdated: file.updated_at.toISOString(),
      expiresAt: file.expires_at.toISOString(),
      modules: moduleChoices(file, engine.modules),
      modulesData: moduleFacts(file, engine.modules),
    });
  });
}
