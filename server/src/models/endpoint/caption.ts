import { readFile } from 'node:fs/promises';
import type { Models } from '../../module-contract/model-interfaces.js';
import { askChat } from './chat.js';
import type { EndpointClient } from './endpoint-client.js';

const instruction = 'Describe the image in one short sentence. Answer with that sentence alone.';

export function endpointCaption(client: EndpointClient, upstream: string): Models['caption'] {
  return {
    async caption(path) {
      const image = await readFile(path);
      // a PNG says so in its first byte; everything else that gets here is a JPEG
      const type = image[0] === 0x89 ? 'png' : 'jpeg';
      const url = `data:image/${type};base64,${image.toString('base64')}`;
      const text = await askChat(client, upstream, instruction, [{ type: 'image_url', image_url: { url } }]);
      return text.replaceAll(/\s+/g, ' ');
    },
  };
}
