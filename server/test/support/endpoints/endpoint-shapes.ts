import { firstRole, formValues, inputs, refusal, chatReply } from './endpoint-habits.js';
import type { Habit, OpenAiRequest, Reply } from './openai-server.js';

/** How a server differs from others. All shapes were written by hand, based on the servers' documentation and reported issues. */
interface Shape {
  /** The paths of its routes, without a query. */
  readonly paths: RegExp;
  /** The models that it has. */
  readonly models?: RegExp;
  readonly respond: Habit;
  /** Its error for an unknown path. */
  readonly noPath: Reply;
}

const vectors = (
  request: OpenAiRequest,
  item: (index: number) => object = (index) => ({ object: 'embedding', index }),
): Reply => ({
  body: {
    object: 'list',
    data: inputs(request).map((text, i) => ({ ...item(i), embedding: [text.length, 1] })),
    usage: {},
  },
});
const isEmbeddings = ({ path }: OpenAiRequest): boolean => path.includes('/embeddings');
const isSpeech = ({ path }: OpenAiRequest): boolean => path.includes('/audio/');
const saysMood = ({ json }: OpenAiRequest): boolean => JSON.stringify(json['messages']).includes('neutral');
const wantsSchema = ({ json }: OpenAiRequest): boolean => {
  const format = json['response_format'] as { type?: string; json_schema?: { strict?: boolean } } | undefined;
  return format?.type === 'json_schema' && format.json_schema?.strict === true;
};
const fields = '{"value": {"total": 12}, "citations": [{"field": "total", "quotes": ["Total 12"]}]}';
const mood = '{"positive": 0.7, "negative": 0.1, "neutral": 0.2}';
const notFound: Reply = { status: 404, body: { detail: 'Not Found' } };
const openAiPaths = /^\/v1\/(chat\/completions|embeddings|audio\/transcriptions)$/;

/** Returns the text of the last message, or "an image" if the message has several parts. */
const lastText = ({ json }: OpenAiRequest): string => {
  const { content } = (json['messages'] as { content: unknown }[]).at(-1) ?? { content: '' };
  return typeof content === 'string' ? content : 'an image';
};

let loads = 0;

export const shapes: Readonly<Record<string, Shape>> = {
  'llama.cpp': {
    paths: /^(\/v1)?\/(chat\/completions|embeddings)$/,
    noPath: { status: 404, body: { error: { code: 404, message: 'File Not Found', type: 'not_found_error' } } },
    respond: (request) => {
      if ((loads += 1) === 1) {
        return {
          status: 503,
          headers: { 'retry-after-ms': '1' },
          body: { error: { code: 503, message: 'Loading model', type: 'unavailable_error' } },
        };
      }
      if (isEmbeddings(request)) return vectors(request);
      if (wantsSchema(request)) return chatReply(fields, { role: 'assistant' });
      return firstRole(request) === 'system'
        ? {
            status: 500,
            body: {
              error: { code: 500, message: 'System role not supported at row 1, column 1', type: 'server_error' },
            },
          }
        : chatReply(`translated ${lastText(request).length}`, { role: 'assistant' });
    },
  },
  Ollama: {
    paths: openAiPaths,
    models: /^(nomic-embed-text|llava|qwen3:8b)$/,
    noPath: { status: 404, headers: { 'content-type': 'text/plain' }, body: '404 page not found' },
    respond: (request) => {
      if (isEmbeddings(request)) return vectors(request);
      return wantsSchema(request)
        ? chatReply(fields, { reasoning: 'The total is 12.' })
        : chatReply(`I see ${lastText(request)}.`);
    },
  },
  vLLM: {
    paths: openAiPaths,
    models: /^google\/gemma-3-12b-it$/,
    noPath: notFound,
    respond: (request) =>
      firstRole(request) === 'system'
        ? {
            status: 400,
            body: {
              object: 'error',
              message: 'System role not supported',
              type: 'BadRequestError',
              param: null,
              code: 400,
            },
          }
        : chatReply('A summary.', { reasoning_content: null, tool_calls: [] }),
  },
  'LM Studio': {
    paths: openAiPaths,
    noPath: { body: { error: 'Unexpected endpoint or method. (POST /chat/completions)' } },
    respond: () => chatReply(`<think>\nLet me see.\n</think>\n\n\`\`\`json\n${mood}\n\`\`\``),
  },
  LocalAI: {
    paths: openAiPaths,
    noPath: { status: 404, body: { error: { code: 404, message: 'Not Found', type: '' } } },
    respond: () => ({
      body: { segments: [{ id: 0, start: 0, end: 1_500_000_000, text: 'Hello.', tokens: [1] }], text: 'Hello.' },
    }),
  },
  'faster-whisper-server': {
    paths: openAiPaths,
    models: /^Systran\/faster-whisper-small$/,
    noPath: notFound,
    respond: () => ({
      body: {
        task: 'transcribe',
        language: 'en',
        duration: 2,
        text: ' Hello.',
        words: null,
        segments: [
          { id: 1, seek: 0, start: 0, end: 1.5, text: ' Hello.', avg_logprob: -0.2, no_speech_prob: 0.01, words: null },
        ],
      },
    }),
  },
  OpenAI: {
    paths: openAiPaths,
    noPath: {
      status: 404,
      body: { error: { message: 'Invalid URL (POST /embeddings)', type: 'invalid_request_error' } },
    },
    respond: (request) => {
      if (isEmbeddings(request)) return vectors(request);
      if (isSpeech(request)) {
        return formValues(request, 'response_format').includes('json')
          ? { body: { text: 'Hello.', usage: { type: 'tokens', input_tokens: 14 } } }
          : refusal(
              "response_format 'verbose_json' is not compatible with model 'gpt-4o-transcribe'.",
              'response_format',
            );
      }
      return 'temperature' in request.json
        ? refusal("Unsupported value: 'temperature' does not support 0 with this model.", 'temperature')
        : chatReply('Hola.', { refusal: null, annotations: [] });
    },
  },
  Azure: {
    paths: /^\/openai\/deployments\/(embedder|gpt-4o)\/(chat\/completions|embeddings)$/,
    noPath: { status: 404, body: { error: { code: '404', message: 'Resource not found' } } },
    respond: (request) => {
      if (!request.path.endsWith('?api-version=2024-10-21'))
        return { status: 404, body: { error: { code: '404', message: 'Resource not found' } } };
      if (request.headers['api-key'] !== '0123456789abcdef') {
        return {
          status: 401,
          body: { error: { code: '401', message: 'Access denied due to invalid subscription key.' } },
        };
      }
      return isEmbeddings(request) ? vectors(request) : chatReply('A summary.', { content_filter_results: {} });
    },
  },
  Mistral: {
    paths: openAiPaths,
    models: /^(mistral-embed|magistral-small-latest)$/,
    noPath: { status: 404, body: { message: 'no Route matched with those values' } },
    respond: (request) => {
      if (!isEmbeddings(request)) {
        return chatReply([
          { type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] },
          { type: 'text', text: 'Hola.' },
        ]);
      }
      const issue = {
        type: 'extra_forbidden',
        loc: ['body', 'encoding_format'],
        msg: 'Extra inputs are not permitted',
        input: 'float',
      };
      return 'encoding_format' in request.json
        ? { status: 422, body: { object: 'error', message: { detail: [issue] }, type: 'invalid_request_error' } }
        : vectors(request);
    },
  },
  Gemini: {
    paths: /^\/v1beta\/openai\/(chat\/completions|embeddings)$/,
    models: /^(gemini-embedding-001|gemini-2\.5-flash)$/,
    noPath: {
      status: 404,
      headers: { 'content-type': 'text/html' },
      body: '<!DOCTYPE html><title>Error 404 (Not Found)!!1</title>',
    },
    respond: (request) =>
      isEmbeddings(request)
        ? // its JSON omits numbers that are 0
          vectors(request, (index) => ({ object: 'embedding', ...(index > 0 && { index }) }))
        : saysMood(request)
          ? chatReply(`\`\`\`json\n${mood}\n\`\`\``)
          : {
              status: 400,
              body: [
                { error: { code: 400, message: 'Request contains an invalid argument.', status: 'INVALID_ARGUMENT' } },
              ],
            },
  },
};

/** Makes the habit of a server of this shape, with its errors for unknown paths and models. */
export function habitOf({ paths, models, respond, noPath }: Shape): Habit {
  return (request, right) => {
    const [path = ''] = request.path.split('?');
    if (!paths.test(path)) return noPath;
    const model = (request.json['model'] as string | undefined) ?? formValues(request, 'model')[0] ?? '';
    if (models && !models.test(model)) return { status: 404, body: { error: `model '${model}' not found` } };
    return respond(request, right);
  };
}
