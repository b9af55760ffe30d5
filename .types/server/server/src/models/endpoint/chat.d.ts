import type { ChatCompletionContentPart } from 'openai/resources/chat/completions';
import type { EndpointClient } from './endpoint-client.js';
/** Sends an instruction and its input to an endpoint's chat API, and returns the response text. */
export declare function askChat(client: EndpointClient, model: string, instruction: string, content: string | ChatCompletionContentPart[]): Promise<string>;
