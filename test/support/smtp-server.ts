import { createServer, type AddressInfo, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';

interface Mail {
  readonly recipients: string[];
  /** Headers and body as received. */
  readonly text: string;
}

/** Starts a mail server (the part of RFC 5321 that one client needs) that records the mails it receives. Stops when the test ends. */
export async function startSmtpServer(): Promise<{ readonly url: string; readonly mails: Mail[] }> {
  const mails: Mail[] = [];
  const server = createServer((socket) => {
    void handleSession(socket, mails).catch(() => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`, mails };
}

async function handleSession(socket: Socket, mails: Mail[]): Promise<void> {
  const send = (line: string) => socket.write(`${line}\r\n`);
  let recipients: string[] = [];
  let data: string[] | undefined;
  send('220 test');
  for await (const line of createInterface({ input: socket })) {
    if (data && line !== '.') data.push(line.replace(/^\./, ''));
    else if (data) {
      mails.push({ recipients, text: data.join('\n') });
      [recipients, data] = [[], undefined];
      send('250 kept');
    } else if (/^RCPT TO:/i.test(line)) {
      recipients.push(/<(.*)>/.exec(line)?.[1] ?? '');
      send('250 ok');
    } else if (/^DATA/i.test(line)) {
      data = [];
      send('354 go on');
    } else if (/^QUIT/i.test(line)) {
      send('221 bye');
      socket.end();
    } else send('250 ok');
  }
}
