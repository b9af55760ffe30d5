import { Client, isMillraceError } from 'millrace';

export const known = isMillraceError(undefined);
export const client = new Client({ apiKey: 'test-key', apiUrl: 'http://127.0.0.1:9' });
export const parsed = client.createPipeline('parsed', ['parser']).process('a.txt');
