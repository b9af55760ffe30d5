import { Client, type Spec } from 'millrace';

declare module 'millrace' {
  interface ModuleRegistry {
    redact: Spec<'text', 'text', 'base'>;
  }
}

export const redacted = new Client({ apiKey: 'test-key', apiUrl: 'http://127.0.0.1:9' }).createPipeline('redacted', [
  'redact',
  'parser',
]);
