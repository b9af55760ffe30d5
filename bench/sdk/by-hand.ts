import { readFile, writeFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { join } from 'node:path';
import axios, { type AxiosInstance } from 'axios';

const inlineBytes = 256 * 1024;

/** A client that sends the same requests as `process()` for a small file, but with axios: the baseline for the SDK's overhead. */
export class HandWrittenClient {
  readonly #http: AxiosInstance;

  constructor(url: string, apiKey: string) {
    this.#http = axios.create({
      baseURL: url,
      headers: { authorization: `Bearer ${apiKey}` },
      httpAgent: new Agent({ keepAlive: true }),
      maxRedirects: 0,
    });
  }

  async process(path: string, fileName: string, saveDirectory: string): Promise<void> {
    const { data: run } = await this.#http.post<{ request_id: string; file_id: string }>('/krixik-core-process', {
      pipeline: 'by-hand',
      pipeline_ordered_modules: ['keyword-db'],
      modules: {},
      file_name: fileName,
      content: await readFile(path, 'base64'),
    });
    const { data } = await this.#http.get<{ output: { extension: string; content: string } }>(
      `/v1/runs/${run.request_id}?wait=25&output=${inlineBytes}`,
    );
    const { extension, content } = data.output;
    await writeFile(join(saveDirectory, run.file_id + extension), Buffer.from(content, 'base64'));
  }
}
