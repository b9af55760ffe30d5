import type { Models } from '../../module-contract/model-interfaces.js';
import type { EndpointClient } from './endpoint-client.js';
export declare function endpointEmbeddings(client: EndpointClient, model: string, window: number): Models['embeddings'];
