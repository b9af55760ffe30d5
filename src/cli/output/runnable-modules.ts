import { Client } from '../../index.js';

/** Those whose models come from somewhere. */
const modelModules = new Set(['caption', 'sentiment', 'summarize', 'text-embedder', 'transcribe', 'translate']);

/** Asks a server which modules it can run, and which models that need to come from somewhere it runs by default; a line for each. */
export async function runnableLines(
  server: { readonly url: string; readonly apiKey: string },
  limited: { readonly worker: boolean; readonly modules: readonly string[] | undefined },
): Promise<{ modules: string; models: string | undefined }> {
  if (!limited.worker) return { modules: 'none here: runs wait for a worker', models: undefined };
  const client = new Client({ apiUrl: server.url, apiKey: server.apiKey, logLevel: 'off' });
  try {
    const modules = await client.listModules();
    const runs = ({ name, models }: (typeof modules)[number]) =>
      models.some(({ available }) => available) && (limited.modules?.includes(name) ?? true);
    const here = modules.filter(runs).map(({ name }) => name);
    const others = modules.filter((module) => !runs(module)).map(({ name }) => name);
    const defaults = modules.filter(runs).flatMap(({ name, models, defaultModel }) => {
      const route = models.find((model) => model.name === defaultModel)?.route;
      return modelModules.has(name) ? [`${name} ${defaultModel} (${route ?? 'not here'})`] : [];
    });
    return {
      modules: `${here.join(', ') || 'none'}${others.length > 0 ? `; not here: ${others.join(', ')}` : ''}`,
      models: defaults.length > 0 ? defaults.join(', ') : undefined,
    };
  } catch {
    // the server runs, whatever became of the question
    return { modules: "see 'millrace modules'", models: undefined };
  } finally {
    client.close();
  }
}
