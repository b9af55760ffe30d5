import type { Models } from '../../module-contract/model-interfaces.js';
import type { EndpointClient } from './endpoint-client.js';
export declare function endpointTranslate(client: EndpointClient, name: string, upstream: string, window: number): Models['translate'];
export declare function endpointSummarize(client: EndpointClient, upstream: string, window: number): Models['summarize'];
export declare function endpointSentiment(client: EndpointClient, upstream: string, window: number): Models['sentiment'];
export declare function endpointCaption(client: EndpointClient, upstream: string): Models['caption'];
