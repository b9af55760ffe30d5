import type { HostedResponse } from './hosted-responses.js';

/** A task as a wpipe program registers it. */
export interface WpipeTask {
  readonly name: string;
  readonly version: string;
}

export interface NewProcess {
  readonly father: string;
  readonly sons: readonly { readonly name: string; readonly id: string }[];
}

/**
 * Speaks wpipe's protocol as its clients do: appends the path to the address as it is, opens a connection for each call, and ignores
 * responses that are not successful.
 */
export class WpipeClient {
  constructor(
    readonly baseUrl: string,
    readonly token: string,
  ) {}

  async call<Body = unknown>(method: string, path: string, body?: unknown): Promise<HostedResponse<Body>> {
    const response = await fetch(`${this.baseUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        'content-type': 'application/json',
        'user-agent': 'python-requests/2.32.3',
        connection: 'close',
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: (isJson ? JSON.parse(text) : text) as Body,
    };
  }

  /** Returns what wpipe's client returns to its program: the body, or nothing if the status is not 200. */
  async send<Body>(path: string, body: unknown): Promise<Body | null> {
    const response = await this.call<Body>('POST', path, body);
    return response.status === 200 ? response.body : null;
  }

  async get<Body>(path: string): Promise<Body> {
    return (await this.call<Body>('GET', path)).body;
  }

  /** @returns The worker's id. */
  async register(name: string, tasks: readonly WpipeTask[], version = 'v1.0'): Promise<string> {
    const worker = await this.send<{ id: string }>('/matricula', { name, version, tasks });
    if (!worker) throw new Error('Expected the worker to be registered, but it was refused');
    return worker.id;
  }

  async newProcess(worker: string): Promise<NewProcess> {
    const process = await this.send<NewProcess>('/newprocess', { id: worker });
    if (!process) throw new Error('Expected the process to be registered, but it was refused');
    return process;
  }

  update(taskId: string, status: string, details?: string): Promise<{ status: string } | null> {
    return this.send('/actualizar_task', { task_id: taskId, status, ...(details !== undefined && { details }) });
  }

  end(processId: string, details = ''): Promise<{ status: boolean } | null> {
    return this.send('/endprocess', { id: processId, details });
  }
}

/** Three tasks, the last of which has the same name as the first. */
export const threeTasks: readonly WpipeTask[] = [
  { name: 'tarea1', version: 'v1.0' },
  { name: 'tarea2', version: 'v2.0' },
  { name: 'tarea1', version: 'v1.1' },
];

/** Returns the id of the run for a process of wpipe. */
export const runIdOf = (processId: string): string => processId.replace(/^process_/, '');
