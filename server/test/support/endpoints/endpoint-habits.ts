import type { Habit, OpenAiRequest, Reply } from './openai-server.js';

/** Makes a refusal in the format of OpenAI. */
export const refusal = (message: string, param: string | null = null): Reply => ({
  status: 400,
  body: { error: { message, type: 'invalid_request_error', param, code: 'unsupported_value' } },
});

/** Makes a response with a chat message. */
export const chatReply = (content: unknown, more: object = {}, reason: string | null = 'stop'): Reply => ({
  body: { choices: [{ index: 0, finish_reason: reason, message: { role: 'assistant', content, ...more } }] },
});

/** Returns the values of a form's field. */
export const formValues = ({ body }: OpenAiRequest, name: string): string[] =>
  [...body.toString('latin1').matchAll(/name="([^"]+)"\r\n\r\n([^\r]*)/g)].flatMap(([, field, value]) =>
    field === name ? [value ?? ''] : [],
  );

/** Makes a habit that replies with `reply` to the requests for which `has` returns true. */
export const refusing =
  (has: (request: OpenAiRequest) => boolean, reply: Reply): Habit =>
  (request) =>
    has(request) ? reply : undefined;

export const inputs = ({ json }: OpenAiRequest): string[] => [json['input'] as string | string[]].flat();
export const firstRole = ({ json }: OpenAiRequest): unknown => (json['messages'] as { role: string }[])[0]?.role;
