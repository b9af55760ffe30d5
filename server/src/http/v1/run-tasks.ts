import { isUtf8 } from 'node:buffer';
import type { Hono } from 'hono';
import type { DataFormat } from 'millrace/shared/modules/module.js';
import { parseItems } from 'millrace/shared/rules/json-items.js';
import type { RunTask } from 'millrace/shared/runs/run-lists.js';
import type { Json } from 'millrace/shared/types/json.js';
import { findRunSummary, findTasks } from '../../store/tables/runs.js';
import { findTaskValues } from '../../store/tables/task-values.js';
import { notFound } from '../api-error.js';
import type { HttpContext, RouteEnv } from '../http-context.js';
import { requireRun } from './error-response.js';
import { parseId } from './parse-query.js';

/** The maximum size of a module's input or output in a response, in bytes. */
const maxShownBytes = 1024 ** 2;

/**
 * `GET /v1/runs/:id/tasks/:key`: returns a module, step or task of a run, with its stored input and output. A module's input or output is
 * included only if it is text or JSON of at most {@link maxShownBytes}.
 */
export function addRunTaskRoutes(app: Hono<RouteEnv>, { engine }: HttpContext): void {
  app.get('/v1/runs/:id/tasks/:key', async (c) => {
    const id = parseId(c.req.param('id'), 'run');
    const key = c.req.param('key');
    const run = requireRun(await findRunSummary(engine.db, c.get('access'), id, engine.clock.now()), id);
    const [task] = await findTasks(engine.db, id, engine.clock.now(), key);
    const values = task && (await findTaskValues(engine.db, id, key));
    if (!values) throw notFound(`There is no task ${key.slice(0, 255)} in run ${id}`);
    const module = engine.modules.find(task.name);
    const inputFormat =
      values.previousTaskName === null ? module?.input : engine.modules.find(values.previousTaskName)?.output;
    const [input, output] =
      run.kind === 'hosted'
        ? await Promise.all([readValue(values.inputBlob, inputFormat), readValue(values.outputBlob, module?.output)])
        : [values.hasInput ? values.input : undefined, values.hasOutput ? values.output : undefined];
    const response: RunTask = {
      task,
      ...(input !== undefined && { input }),
      ...(output !== undefined && { output }),
    };
    return c.json(response);
  });

  /** Returns the text or JSON in a blob, or `undefined` if the blob contains neither, is too large or does not exist. */
  async function readValue(blob: string | null, format: DataFormat | undefined): Promise<Json | undefined> {
    if (blob === null || (format !== 'text' && format !== 'json')) return undefined;
    const size = await engine.blobs.getSize(blob);
    if (size === undefined || size > maxShownBytes) return undefined;
    // the blob may have been deleted since its size was read
    const content = await engine.blobs.load(blob);
    // the format `text` includes documents, such as PDF files
    if (!content || !isUtf8(content) || content.includes(0)) return undefined;
    const text = content.toString();
    try {
      return format === 'json' ? (parseItems(text) as Json) : text;
    } catch {
      // return invalid JSON as text, because it may show why a module failed
      return text;
    }
  }
}
