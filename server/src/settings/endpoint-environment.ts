type Environment = Readonly<Record<string, string | undefined>>;

const number = (text: string) => Number(text);
/** Parses pairs such as `all-MiniLM-L6-v2=nomic-embed-text,all-mpnet-base-v2=bge-base`. */
const pairs = (text: string) =>
  Object.fromEntries(
    text.split(',').map((pair) => {
      const [name = '', upstream = ''] = pair.split('=', 2).map((part) => part.trim());
      return [name, upstream];
    }),
  );

/** The variable name suffixes for an endpoint's settings. */
const fields: Readonly<Record<string, readonly [field: string, read: (text: string) => unknown]>> = {
  BASE_URL: ['baseUrl', String],
  API_KEY: ['apiKey', String],
  MODEL: ['model', String],
  MODELS: ['models', pairs],
  TIMEOUT: ['timeoutSeconds', number],
  WINDOW: ['windowCharacters', number],
};

/** Reads an endpoint from the environment for each `MILLRACE_<MODULE>_BASE_URL`, by module. The endpoints are not validated. */
export function readEndpoints(env: Environment): Record<string, Record<string, unknown>> {
  const modules = Object.entries(env).flatMap(([variable, value]) => {
    const module = /^MILLRACE_([A-Z0-9_]+)_BASE_URL$/.exec(variable)?.[1];
    return module !== undefined && value ? [module] : [];
  });
  return Object.fromEntries(
    modules.map((module) => [
      module.toLowerCase().replaceAll('_', '-'),
      Object.fromEntries(
        Object.entries(fields).flatMap(([suffix, [field, read]]) => {
          const text = env[`MILLRACE_${module}_${suffix}`];
          return text ? [[field, read(text)]] : [];
        }),
      ),
    ]),
  );
}
