import * as z from 'zod';
import type { EndpointRequest } from './attempt.js';
import type { EndpointClient } from './endpoint-client.js';
import { jsonBody } from './request-body.js';
import { withoutThoughts } from './thoughts.js';

/** A part of a message. */
export type ChatPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image_url'; readonly image_url: { readonly url: string } };

export interface ChatRequest {
  readonly instruction: string;
  readonly content: string | readonly ChatPart[];
  /** A previous response that was unusable, and an objection to it. Both are sent after the content. */
  readonly after?: readonly [response: string, objection: string] | undefined;
  /** The JSON Schema of the response, which endpoints may ignore. It must fit strict structured output. */
  readonly schema?: object;
  /** Whether to request the most likely tokens. @default false */
  readonly wantsTokens?: boolean;
  /** Whether a cached response can be used. @default false */
  readonly usesCache?: boolean;
}

/** A token of a response, with the probabilities of the most likely tokens at its position. */
export interface ChatToken {
  readonly text: string;
  readonly others: readonly { readonly text: string; readonly probability: number }[];
}

export interface ChatResponse {
  readonly text: string;
  /** Whether a token limit has cut off the response. */
  readonly isCut: boolean;
  /** `undefined` if the endpoint does not return them. */
  readonly tokens: readonly ChatToken[] | undefined;
  /** Number of tokens that the endpoint has read, or 0 if it does not report it. */
  readonly inputTokens: number;
  /** Caches the response for equal requests. */
  keep(): Promise<void>;
}

const optionalText = z.string().nullish().catch(null);
const logprob = z.object({ token: z.string(), logprob: z.number() });
const completion = z.object({
  choices: z
    .array(
      z.object({
        finish_reason: optionalText,
        message: z.object({
          content: z.union([z.string(), z.array(z.looseObject({ type: optionalText, text: optionalText }))]).nullish(),
          reasoning_content: optionalText,
          reasoning: optionalText,
          refusal: optionalText,
        }),
        logprobs: z
          .object({ content: z.array(logprob.extend({ top_logprobs: z.array(logprob).default([]) })) })
          .nullish()
          .catch(null),
      }),
    )
    .min(1),
  usage: z.object({ prompt_tokens: z.number() }).nullish().catch(null),
});
type Completion = z.output<typeof completion>;

const optional = {
  temperature: /temperature/i,
  'system message':
    /\bsystem\b.{0,40}\b(role|message|prompt|instruction)|\brole\b.{0,60}\bsystem\b|roles must alternate/i,
};
/** The kinds of structured output, newest first, and patterns for error messages that refuse each. */
const structured = {
  json_schema: /json_schema|response_format|schema|strict|grammar|structured|additionalProperties/i,
  json_object: /response_format|json_object|json mode/i,
};
const tokens = { logprobs: /logprobs?|log probabilit/i };

/**
 * Sends an instruction and its input to an endpoint's chat API, and returns the response text, without the model's thoughts.
 *
 * @throws `RefusedTextError` if there is no complete response, for example because of a content filter.
 */
export async function askChat(
  client: EndpointClient,
  instruction: string,
  content: string | readonly ChatPart[],
): Promise<string> {
  const { text, isCut } = await completeChat(client, { instruction, content });
  if (isCut) throw client.refuse('cut off its response because its token limit is too low');
  return text;
}

/**
 * Sends a request to an endpoint's chat API. Returns the response even if it was cut off.
 *
 * @throws `RefusedTextError` if there is no response, for example because of a content filter.
 */
export async function completeChat(client: EndpointClient, request: ChatRequest): Promise<ChatResponse> {
  const { content, schema, wantsTokens = false, usesCache = false } = request;
  const sent: EndpointRequest<Completion> = {
    path: 'chat/completions',
    body: (refused) => jsonBody({ model: client.model, ...fieldsOf(request, refused) }),
    optional: { ...optional, ...(schema && structured), ...(wantsTokens && tokens) },
    what: 'a chat completion',
    schema: completion,
    usesCache,
  };
  const response = await client.ask(sent);
  const [choice] = response.choices;
  const { content: said, refusal, ...thoughts } = choice?.message ?? {};
  const reason = choice?.finish_reason;
  const isCut = reason === 'length';
  if (reason === 'content_filter') throw client.refuse('stopped its response because of its content filter');
  if (refusal) throw client.refuse(`refused to respond: ${refusal.replaceAll(/\s+/g, ' ').slice(0, 300)}`);
  const text = withoutThoughts(textOf(said), typeof content === 'string' ? content : '')?.trim();
  if (text === undefined) {
    throw client.refuse('ended its response within its thoughts. Raise its token limit, or turn its thinking off');
  }
  if (text === '') {
    if (isCut) throw client.refuse('cut off its response because its token limit is too low');
    const isThought = Boolean(thoughts.reasoning_content ?? thoughts.reasoning);
    throw client.refuse(isThought ? 'returned its thoughts and no text. Raise its token limit' : 'returned no text');
  }
  return {
    text,
    isCut,
    tokens: choice?.logprobs?.content.map(({ token, top_logprobs: others }) => ({
      text: token,
      others: others.map((other) => ({ text: other.token, probability: Math.exp(other.logprob) })),
    })),
    inputTokens: response.usage?.prompt_tokens ?? 0,
    keep: () => client.keep(sent, response),
  };
}

/** Number of likely tokens to request: the maximum that all servers accept. */
const likelyTokens = 5;

function fieldsOf({ schema, wantsTokens = false, ...request }: ChatRequest, refused: ReadonlySet<string>): object {
  return {
    ...(!refused.has('temperature') && { temperature: 0 }),
    ...(schema && formatOf(schema, refused)),
    ...(wantsTokens && !refused.has('logprobs') && { logprobs: true, top_logprobs: likelyTokens }),
    messages: messagesOf(request, refused.has('system message')),
  };
}

function formatOf(schema: object, refused: ReadonlySet<string>): object {
  if (!refused.has('json_schema')) {
    return { response_format: { type: 'json_schema', json_schema: { name: 'response', strict: true, schema } } };
  }
  return refused.has('json_object') ? {} : { response_format: { type: 'json_object' } };
}

function messagesOf({ instruction, content, after }: ChatRequest, isWithoutSystem: boolean): object[] {
  const [response, objection] = after ?? [];
  return [
    ...(isWithoutSystem
      ? [{ role: 'user', content: withInstruction(instruction, content) }]
      : [
          { role: 'system', content: instruction },
          { role: 'user', content },
        ]),
    ...(after
      ? [
          { role: 'assistant', content: response },
          { role: 'user', content: objection },
        ]
      : []),
  ];
}

function withInstruction(instruction: string, content: string | readonly ChatPart[]): string | readonly ChatPart[] {
  return typeof content === 'string'
    ? `${instruction}\n\n${content}`
    : [{ type: 'text', text: instruction }, ...content];
}

/** Joins the text parts of a message. Other parts, such as Mistral's `thinking`, do not belong to the response. */
function textOf(content: Completion['choices'][number]['message']['content']): string {
  if (typeof content === 'string') return content;
  return (content ?? []).map(({ type, text }) => (type == null || /text/.test(type) ? (text ?? '') : '')).join('');
}
