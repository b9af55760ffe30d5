import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Agent } from 'node:http';
import { join } from 'node:path';
import axios, { type AxiosInstance } from 'axios';
import FormData from 'form-data';

/** The requests that `process()` makes, written out with axios: what the SDK's comfort is measured against. */
export class ByHand {
  readonly #http: AxiosInstance;
  readonly #apiKey: string;

  constructor(url: string, apiKey: string) {
    this.#apiKey = apiKey;
    this.#http = axios.create({ baseURL: url, httpAgent: new Agent({ keepAlive: true }), maxRedirects: 0 });
  }

  async process(path: string, fileName: string, saveDirectory: string): Promise<void> {
    const headers = { krixikApiKey: this.#apiKey };
    const { data: slot } = await this.#http.post<Slot>(
      '/krixik-core-process',
      { pipeline: 'by-hand', pipeline_ordered_modules: ['keyword-db'], modules: {}, file_name: fileName },
      { headers },
    );
    const form = new FormData();
    const { url, fields } = slot.presigned_post_url_results;
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append('file', createReadStream(path), { filename: fileName });
    await this.#http.post(url, form, { headers: form.getHeaders(), maxBodyLength: Infinity });
    await this.#http.get(`/v1/runs/${slot.request_id}?wait=25`, {
      headers: { authorization: `Bearer ${this.#apiKey}` },
    });
    const { data: output } = await this.#http.post<Output>(
      '/krixik-core-fetch-output',
      { pipeline: 'by-hand', file_id: slot.file_id },
      { headers },
    );
    const [first] = output.process_output;
    const { data: stream } = await this.#http.get<NodeJS.ReadableStream>(first.url, { responseType: 'stream' });
    await pipeline(stream, createWriteStream(join(saveDirectory, slot.file_id + first.extension)));
  }
}

interface Slot {
  readonly request_id: string;
  readonly file_id: string;
  readonly presigned_post_url_results: { readonly url: string; readonly fields: Record<string, string> };
}

interface Output {
  readonly process_output: readonly [{ readonly url: string; readonly extension: string }];
}
