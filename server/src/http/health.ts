import type { Hono } from 'hono';
import type { HttpContext, RouteEnv } from './http-context.js';

/** `/health`: the process is alive. `/ready`: it can reach its store, so it can take work. */
export function healthRoutes(app: Hono<RouteEnv>, http: HttpContext): void {
  app.get('/health', (c) => c.json({ status: 'alive' }));
  app.get('/ready', async (c) => {
    if (http.closing.aborted) return c.json({ status: 'closing' }, 503);
    try {
      await http.engine.db.query('select 1');
      return c.json({ status: 'ready' });
    } catch {
      return c.json({ status: 'the store cannot be reached' }, 503);
    }
  });
}
