import type { ChatCompletionContentPart } from 'openai/resources/chat/completions';
import * as z from 'zod';
import type { EndpointClient } from './endpoint-client.js';

const completion = z.object({
  choices: z
    .array(z.object({ finish_reason: z.string().nullish(), message: z.object({ content: z.string() }) }))
    .min(1),
});

/** Sends an instruction and its input to an endpoint's chat API, and returns the response text. */
export async function askChat(
  client: EndpointClient,
  model: string,
  instruction: string,
  content: string | ChatCompletionContentPart[],
): Promise<string> {
  const { choices } = await client.ask('a chat completion', completion, (openai, options) =>
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
  if (choice?.finish_reason === 'length')
    throw client.refuse('cut off its response because its token limit is too low');
  // reasoning models output their reasoning before the response
  const text = (choice?.message.content ?? '').replace(/^\s*<think>[^]*?<\/think>/, '').trim();
  if (text === '') throw client.refuse('returned no text');
  return text;
}
