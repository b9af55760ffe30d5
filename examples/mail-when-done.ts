/**
 * Sends an email when a file has been processed, without waiting for it: the server calls a webhook of this program.
 * SMTP_URL is the mail server, such as smtp://user:password@mail.example.com:587. To run it elsewhere, `npm install nodemailer`.
 */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Client, isMillraceError, verifyWebhook, type RunStatus, type RunWebhookEvent } from 'millrace';
import { createTransport } from 'nodemailer';

// create it once, and store it with the other secrets of your program
const secret = process.env['WEBHOOK_SECRET'] ?? `whsec_${randomBytes(32).toString('base64')}`;
const mails = createTransport(process.env['SMTP_URL'] ?? 'smtp://127.0.0.1:1025');
const handledIds = new Set<string>();

const receiver = createServer((request, response) => {
  void (async () => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    try {
      const event = verifyWebhook(Buffer.concat(chunks), request.headers, secret);
      // the server may send a message twice, with the same id
      const id = String(request.headers['webhook-id']);
      if (event.type !== 'batch.completed' && !handledIds.has(id)) await mails.sendMail(composeMail(event));
      handledIds.add(id);
      response.writeHead(204).end();
    } catch (error) {
      // 400: the message is not from the server; 503: the mail failed, and the server retries the message later
      response.writeHead(isMillraceError(error, 'webhook') ? 400 : 503).end();
    }
  })();
});
await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
const { port } = receiver.address() as AddressInfo;

const client = new Client();
const sentences = client.createPipeline('mail-when-done', ['parser']);
const run = await sentences.start(join(import.meta.dirname, 'files/the-mill.txt'), {
  webhook: { url: `http://127.0.0.1:${port}/millrace`, secret },
});
console.log(`uploaded; an email about ${run.id} will follow`);

while (handledIds.size === 0) await new Promise((resolve) => setTimeout(resolve, 50));
console.log('mailed');
receiver.close();
await client.close();

function composeMail({ type, data }: RunWebhookEvent) {
  return {
    from: 'Millrace <millrace@example.com>',
    to: 'someone@example.com',
    subject: `Processing finished: ${data.of} ${data.state}`,
    text:
      type === 'run.completed' ? describeSuccess(data) : `${data.name} ended as ${data.state}: ${data.error?.message}`,
  };
}

function describeSuccess({ name, fileId, durationMs, tasks }: RunStatus): string {
  const modules = tasks.map((task) => task.name).join(', ');
  return `${name} has been through ${modules} in ${durationMs} ms. Its output has the file id ${fileId}.`;
}
