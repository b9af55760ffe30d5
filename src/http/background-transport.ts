import * as http from 'node:http';
import * as https from 'node:https';
import type { Socket } from 'node:net';

/** Sends as the platform does, but a request that is under way keeps no program alive. */
export const backgroundTransport = {
  request(options: https.RequestOptions, onResponse: (response: http.IncomingMessage) => void): http.ClientRequest {
    const { request } = options.protocol === 'https:' ? https : http;
    // an agent that passes the connection on to a request of another kind takes this back
    return request(options, onResponse).once('socket', (socket: Partial<Socket>) => socket.unref?.());
  },
};
