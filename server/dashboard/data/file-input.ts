import { useQuery } from '@tanstack/react-query';
import { kindOfName } from 'millrace/shared/modules/file-kinds.js';
import { readError, ServerError } from './api.js';
import { queryKeys } from './query-keys.js';

/** How a page can show an input; `none` for a kind that only another program shows. */
export type InputForm = 'image' | 'audio' | 'video' | 'text' | 'none';

/** What a file was made from, or why it is not here. */
export type FileInput =
  | { readonly found: 'content'; readonly content: Blob; readonly bytes: number }
  | { readonly found: 'size'; readonly bytes: number; readonly tooLarge: boolean }
  | { readonly found: 'nothing' };

/** Up to which size an input is read to be shown, in bytes. A text is cut. */
const maxBytes = 200 * 1024 ** 2;

const types: Readonly<Record<string, string>> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  flac: 'audio/flac',
  ogg: 'audio/ogg',
  aac: 'audio/aac',
  mp4: 'video/mp4',
  webm: 'video/webm',
};

const typeOf = (fileName: string) => types[kindOfName(fileName)?.name ?? ''];

export function inputForm(fileName: string): InputForm {
  const type = typeOf(fileName);
  if (fileName.toLowerCase().endsWith('.m4a')) return 'audio';
  if (type !== undefined) return type.slice(0, type.indexOf('/')) as InputForm;
  const kind = kindOfName(fileName);
  // a text is read as text, whatever its name
  return kind === undefined || kind.isPlain ? 'text' : 'none';
}

/** The input of a file, where the server keeps it. */
export function useFileInput(id: string, fileName: string) {
  return useQuery({
    queryKey: queryKeys.fileInput(id),
    queryFn: async ({ signal }): Promise<FileInput> => {
      const response = await fetch(inputPath(id), { signal });
      if (!response.ok) {
        const error = readError(response, await response.text());
        if (error instanceof ServerError && error.status === 404) return { found: 'nothing' };
        throw error;
      }
      const bytes = Number(response.headers.get('content-length'));
      const isShown = inputForm(fileName) !== 'none';
      if (!isShown || bytes > maxBytes) {
        await response.body?.cancel();
        return { found: 'size', bytes, tooLarge: isShown };
      }
      // the type comes from this list, never from the content
      const content = new Blob([await response.arrayBuffer()], { type: typeOf(fileName) ?? 'text/plain' });
      return { found: 'content', content, bytes };
    },
    staleTime: Infinity,
  });
}

export const inputPath = (id: string) => `/v1/files/${encodeURIComponent(id)}/input`;
