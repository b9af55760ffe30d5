import type { ChatCompletionContentPart } from 'openai/resources/chat/completions';
import * as z from 'zod';
import type { EndpointClient } from './endpoint-client.js';

const response = z.object({
  choices: z
    .array(z.object({ finish_reason: z.string().nullish(), message: z.object({ content: z.string() }) }))
    .min(1),
});

/** Asks an endpoint's chat for one text: what it should do, and on what. */
export async function askChat(
  client: EndpointClient,
  model: string,
  instruction: string,
  content: string | ChatCompletionContentPart[],
): Promise<string> {
  const { choices } = await client.ask('a chat completion', response, (openai, options) =>
    openai.chat.completions.create(
      {
        model,
        temperature: 0,
        messages: [
          { role: 'system', content: instruction },
          { role: 'user', content },
        ],
      },
      options,
    ),
  );
  const [choice] = choices;
  if (choice?.finish_reason === 'length') throw client.refuse('cut its answer off: it allows too few tokens');
  // what models that think aloud say first
  const text = (choice?.message.content ?? '').replace(/^\s*<think>[^]*?<\/think>/, '').trim();
  if (text === '') throw client.refuse('answered nothing');
  return text;
}
