import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import type { StartOptions } from '@millrace/server';
import { packSdk, root } from '../packaging/packed-sdk.js';
import { startLocalServer, type LocalServer } from '../support/local-server.js';
import { startKernel, type Kernel } from './kernel.js';

/** The project of a notebook user: the package as it is published, the examples, and a server. */
export interface NotebookProject {
  readonly directory: string;
  readonly server: LocalServer;
  /** Starts a kernel for the notebooks in a folder of the project. Closing the project closes it. */
  startKernel(folder: string): Kernel;
  close(): Promise<void>;
}

export async function openNotebookProject(options: StartOptions = {}): Promise<NotebookProject> {
  const [packed, server] = await Promise.all([packSdk(), startLocalServer(options)]);
  const directory = packed.consumer;
  for (const folder of ['files', 'notebooks']) {
    await cp(join(root, 'examples', folder), join(directory, 'examples', folder), { recursive: true });
  }
  const kernels: Kernel[] = [];
  return {
    directory,
    server,
    startKernel: (folder) => {
      const environment = { MILLRACE_API_URL: server.url, MILLRACE_API_KEY: server.apiKey };
      const kernel = startKernel(join(directory, folder), environment);
      kernels.push(kernel);
      return kernel;
    },
    close: async () => {
      await Promise.all(kernels.map((kernel) => kernel.close()));
      await server.close();
      await packed.remove();
    },
  };
}
