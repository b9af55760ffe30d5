type Environment = Readonly<Record<string, string | undefined>>;

const parseNumber = (text: string) => Number(text);
/** Parses pairs such as `all-MiniLM-L6-v2=nomic-embed-text,all-mpnet-base-v2=bge-base`. */
const parsePairs = (text: string) =>
  Object.fromEntries(
    text.split(',').map((pair) => {
      const [name = '', upstream = ''] = pair.split('=', 2).map((part) => part.trim());
      return [name, upstream];
    }),
  );

/** An endpoint's settings, by the suffix of the environment variable. */
const fields: Readonly<Record<string, readonly [field: string, parse: (text: string) => unknown]>> = {
  BASE_URL: ['baseUrl', String],
  API_KEY: ['apiKey', String],
  MODEL: ['model', String],
  MODELS: ['models', parsePairs],
  TIMEOUT: ['timeoutSeconds', parseNumber],
  WINDOW: ['windowCharacters', parseNumber],
};

/** Reads each module's endpoint from `MILLRACE_<MODULE>_BASE_URL` and related variables. The endpoints are not validated. */
export function readEndpoints(env: Environment): Record<string, Record<string, unknown>> {
  const modules = Object.entries(env).flatMap(([variable, value]) => {
    const module = /^MILLRACE_([A-Z0-9_]+)_BASE_URL$/.exec(variable)?.[1];
    return module !== undefined && value ? [module] : [];
  });
  return Object.fromEntries(
    modules.map((module) => [
      module.toLowerCase().replaceAll('_', '-'),
      Object.fromEntries(
        Object.entries(fields).flatMap(([suffix, [field, parse]]) => {
          const text = env[`MILLRACE_${module}_${suffix}`];
          return text ? [[field, parse(text)]] : [];
        }),
      ),
    ]),
  );
}
