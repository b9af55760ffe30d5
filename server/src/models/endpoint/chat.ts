import * as z from 'zod';
import type { EndpointRequest } from './send-once.js';
import type { EndpointClient } from './endpoint-client.js';
import { encodeJson } from './request-body.js';
import { removeReasoning } from './remove-reasoning.js';

/** A text or an image in a message. */
export type ChatPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image_url'; readonly image_url: { readonly url: string } };

export interface ChatRequest {
  readonly instruction: string;
  readonly content: string | readonly ChatPart[];
  /** A previous, unusable response and a message that asks the model to correct it. Both are sent after the content. */
  readonly rejected?: readonly [response: string, correctionRequest: string] | undefined;
  /** The JSON Schema of the response. It must follow the rules for strict structured output. Endpoints may ignore the schema. */
  readonly schema?: object;
  /** Whether to request the most likely tokens at each position, with their log probabilities. @default false */
  readonly wantsLogprobs?: boolean;
  /** Whether a cached response can be used. @default false */
  readonly usesCache?: boolean;
}

export interface ChatToken {
  readonly text: string;
  /** The most likely tokens at this position, with their probabilities. */
  readonly candidates: readonly { readonly text: string; readonly probability: number }[];
}

export interface ChatResponse {
  readonly text: string;
  /** Whether the response ends early because of a token limit. */
  readonly isTruncated: boolean;
  /** The tokens of the response, or `undefined` if they were not requested or the endpoint does not return them. */
  readonly tokens: readonly ChatToken[] | undefined;
  /** Number of input tokens, or 0 if the endpoint does not report the number. */
  readonly inputTokens: number;
  /** Caches the response for identical requests. */
  cache(): Promise<void>;
}

const optionalTextSchema = z.string().nullish().catch(null);
const logprobSchema = z.object({ token: z.string(), logprob: z.number() });
const completionSchema = z.object({
  choices: z
    .array(
      z.object({
        finish_reason: optionalTextSchema,
        message: z.object({
          content: z
            .union([z.string(), z.array(z.looseObject({ type: optionalTextSchema, text: optionalTextSchema }))])
            .nullish(),
          reasoning_content: optionalTextSchema,
          reasoning: optionalTextSchema,
          refusal: optionalTextSchema,
        }),
        logprobs: z
          .object({ content: z.array(logprobSchema.extend({ top_logprobs: z.array(logprobSchema).default([]) })) })
          .nullish()
          .catch(null),
      }),
    )
    .min(1),
  usage: z.object({ prompt_tokens: z.number() }).nullish().catch(null),
});
type Completion = z.output<typeof completionSchema>;

/** The optional features of every request. Each pattern matches error messages that refuse the feature. */
const commonFeatures = {
  temperature: /temperature/i,
  'system message':
    /\bsystem\b.{0,40}\b(role|message|prompt|instruction)|\brole\b.{0,60}\bsystem\b|roles must alternate/i,
};
/** The response formats for structured output, strictest first. Each pattern matches error messages that refuse the format. */
const structuredOutputFeatures = {
  json_schema: /json_schema|response_format|schema|strict|grammar|structured|additionalProperties/i,
  json_object: /response_format|json_object|json mode/i,
};
const logprobFeatures = { logprobs: /logprobs?|log probabilit/i };

/**
 * Sends an instruction and its input to an endpoint's chat API and returns the text of the response, without the model's reasoning.
 *
 * @throws `RefusedTextError` if there is no complete response, for example because of a content filter.
 */
export async function askChat(
  client: EndpointClient,
  instruction: string,
  content: string | readonly ChatPart[],
): Promise<string> {
  const { text, isTruncated } = await completeChat(client, { instruction, content });
  if (isTruncated) throw client.createRefusedTextError('cut off its response because its token limit is too low');
  return text;
}

/**
 * Sends a request to an endpoint's chat API. Returns the response even if a token limit cut off its text.
 *
 * @throws `RefusedTextError` if the endpoint or the model refuses the request, if a content filter stops the response, or if the response
 * contains no text.
 */
export async function completeChat(client: EndpointClient, request: ChatRequest): Promise<ChatResponse> {
  const { content, schema, wantsLogprobs = false, usesCache = false } = request;
  const endpointRequest: EndpointRequest<Completion> = {
    path: 'chat/completions',
    createBody: (refusedFeatures) => encodeJson({ model: client.model, ...buildFields(request, refusedFeatures) }),
    optionalFeatures: {
      ...commonFeatures,
      ...(schema && structuredOutputFeatures),
      ...(wantsLogprobs && logprobFeatures),
    },
    expected: 'a chat completion',
    schema: completionSchema,
    usesCache,
  };
  const response = await client.send(endpointRequest);
  const [choice] = response.choices;
  const { content: reply, refusal, ...reasoning } = choice?.message ?? {};
  const finishReason = choice?.finish_reason;
  const isTruncated = finishReason === 'length';
  if (finishReason === 'content_filter')
    throw client.createRefusedTextError('stopped its response because of its content filter');
  if (refusal)
    throw client.createRefusedTextError(`refused to respond: ${refusal.replaceAll(/\s+/g, ' ').slice(0, 300)}`);
  const text = removeReasoning(joinText(reply), typeof content === 'string' ? content : '')?.trim();
  if (text === undefined) {
    throw client.createRefusedTextError(
      'ended its response before it finished its reasoning. Raise its token limit, or turn off reasoning',
    );
  }
  if (text === '') {
    if (isTruncated) throw client.createRefusedTextError('cut off its response because its token limit is too low');
    const hasReasoning = Boolean(reasoning.reasoning_content ?? reasoning.reasoning);
    throw client.createRefusedTextError(
      hasReasoning ? 'returned reasoning, but no text. Raise its token limit' : 'returned no text',
    );
  }
  return {
    text,
    isTruncated,
    tokens: choice?.logprobs?.content.map(({ token, top_logprobs: candidates }) => ({
      text: token,
      candidates: candidates.map((candidate) => ({ text: candidate.token, probability: Math.exp(candidate.logprob) })),
    })),
    inputTokens: response.usage?.prompt_tokens ?? 0,
    cache: () => client.cacheResponse(endpointRequest, response),
  };
}

/** Number of candidates to request at each position. Some servers accept no more than 5. */
const candidateCount = 5;

function buildFields(
  { schema, wantsLogprobs = false, ...request }: ChatRequest,
  refusedFeatures: ReadonlySet<string>,
): object {
  return {
    ...(!refusedFeatures.has('temperature') && { temperature: 0 }),
    ...(schema && buildFormat(schema, refusedFeatures)),
    ...(wantsLogprobs && !refusedFeatures.has('logprobs') && { logprobs: true, top_logprobs: candidateCount }),
    messages: buildMessages(request, refusedFeatures.has('system message')),
  };
}

function buildFormat(schema: object, refusedFeatures: ReadonlySet<string>): object {
  if (!refusedFeatures.has('json_schema')) {
    return { response_format: { type: 'json_schema', json_schema: { name: 'response', strict: true, schema } } };
  }
  return refusedFeatures.has('json_object') ? {} : { response_format: { type: 'json_object' } };
}

function buildMessages({ instruction, content, rejected }: ChatRequest, omitsSystemMessage: boolean): object[] {
  const [response, correctionRequest] = rejected ?? [];
  return [
    ...(omitsSystemMessage
      ? [{ role: 'user', content: prependInstruction(instruction, content) }]
      : [
          { role: 'system', content: instruction },
          { role: 'user', content },
        ]),
    ...(rejected
      ? [
          { role: 'assistant', content: response },
          { role: 'user', content: correctionRequest },
        ]
      : []),
  ];
}

function prependInstruction(instruction: string, content: string | readonly ChatPart[]): string | readonly ChatPart[] {
  return typeof content === 'string'
    ? `${instruction}\n\n${content}`
    : [{ type: 'text', text: instruction }, ...content];
}

/** Joins the text parts of a message. Skips other parts, such as Mistral's `thinking`. */
function joinText(content: Completion['choices'][number]['message']['content']): string {
  if (typeof content === 'string') return content;
  return (content ?? []).map(({ type, text }) => (type == null || /text/.test(type) ? (text ?? '') : '')).join('');
}
