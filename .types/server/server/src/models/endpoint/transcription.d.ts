import type { Models } from '../../module-contract/model-interfaces.js';
import type { EndpointClient } from './endpoint-client.js';
export declare function endpointTranscribe(client: EndpointClient, model: string): Models['transcribe'];
