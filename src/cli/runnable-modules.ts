import { Client } from '../index.js';

/** Asks a server which modules it can run, and says it on one line. */
export async function runnableLine(
  server: { readonly url: string; readonly apiKey: string },
  limited: { readonly worker: boolean; readonly modules: readonly string[] | undefined },
): Promise<string> {
  if (!limited.worker) return 'none here: runs wait for a worker';
  const client = new Client({ apiUrl: server.url, apiKey: server.apiKey, logLevel: 'off' });
  try {
    const modules = await client.listModules();
    const runs = ({ name, models }: (typeof modules)[number]) =>
      models.some(({ available }) => available) && (limited.modules?.includes(name) ?? true);
    const here = modules.filter(runs).map(({ name }) => name);
    const others = modules.filter((module) => !runs(module)).map(({ name }) => name);
    return `${here.join(', ') || 'none'}${others.length > 0 ? `; not here: ${others.join(', ')}` : ''}`;
  } catch {
    // the server runs, whatever became of the question
    return "see 'millrace modules'";
  } finally {
    client.close();
  }
}
