import { useQuery } from '@tanstack/react-query';
import { endpointOnlyKindOfName } from 'millrace/shared/modules/conversion-kinds.js';
import { kindOfName } from 'millrace/shared/modules/file-kinds.js';
import { serverPath } from './base.js';
import { readError, ServerError } from './api.js';
import { queryKeys } from './query-keys.js';
import { turnPicture } from './turn-picture.js';

/** How a page shows an input; `none` if a browser cannot show it. */
export type InputForm = 'image' | 'audio' | 'video' | 'text' | 'none';

/** The input of a file: its content; only its size, if the page cannot show it; or nothing, if the server did not keep it. */
export type FileInput =
  | {
      readonly found: 'content';
      readonly content: Blob;
      readonly bytes: number;
      /** The page in `content`, from 1. */
      readonly page: number;
      /** The number of pages. */
      readonly pages: number;
    }
  | { readonly found: 'size'; readonly bytes: number; readonly tooLarge: boolean }
  | { readonly found: 'nothing' };

/** The maximum size of an input that is shown, in bytes. */
const maxBytes = 200 * 1024 ** 2;

const mediaTypes: Readonly<Record<string, string>> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  avif: 'image/avif',
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  flac: 'audio/flac',
  ogg: 'audio/ogg',
  aac: 'audio/aac',
  mp4: 'video/mp4',
  webm: 'video/webm',
};

const mediaTypeOf = (fileName: string) => mediaTypes[kindOfName(fileName)?.name ?? ''];

/** Returns whether browsers cannot show this kind of image, so that the server makes a picture of each page. */
const needsPicture = (fileName: string) => kindOfName(fileName)?.name === 'tiff';

export function inputForm(fileName: string): InputForm {
  if (needsPicture(fileName)) return 'image';
  const type = mediaTypeOf(fileName);
  if (fileName.toLowerCase().endsWith('.m4a')) return 'audio';
  if (type !== undefined) return type.slice(0, type.indexOf('/')) as InputForm;
  const kind = kindOfName(fileName) ?? endpointOnlyKindOfName(fileName);
  // a file of an unknown kind is read as text
  return kind === undefined || kind.isPlain ? 'text' : 'none';
}

/**
 * Reads the input of a file, if the server keeps it.
 *
 * @param rotation How far OCR turned the page clockwise, in degrees. The picture is turned likewise.
 * @param page The number of the page, from 1.
 */
export function useFileInput(id: string, fileName: string, rotation: number, page: number) {
  return useQuery({
    queryKey: queryKeys.fileInput(id, { rotation, page }),
    queryFn: async ({ signal }): Promise<FileInput> => {
      const method = needsPicture(fileName) ? 'HEAD' : 'GET';
      const response = await fetch(inputPath(id), { method, signal });
      if (!response.ok) {
        const error = readError(response, await response.text());
        if (error instanceof ServerError && error.status === 404) return { found: 'nothing' };
        throw error;
      }
      const bytes = Number(response.headers.get('content-length'));
      if (needsPicture(fileName)) return readPicture(id, bytes, { page, rotation }, signal);
      const isShown = inputForm(fileName) !== 'none';
      if (!isShown || bytes > maxBytes) {
        await response.body?.cancel();
        return { found: 'size', bytes, tooLarge: isShown };
      }
      // the type comes from the list above, never from the response, so that no input is opened as HTML
      const content = new Blob([await response.arrayBuffer()], { type: mediaTypeOf(fileName) ?? 'text/plain' });
      const isTurned = rotation !== 0 && inputForm(fileName) === 'image';
      const shown = isTurned ? await turnPicture(content, rotation) : content;
      return { found: 'content', content: shown, bytes, page: 1, pages: 1 };
    },
    staleTime: Infinity,
    // keep the previous page until the next one is loaded
    placeholderData: (before) => before,
  });
}

async function readPicture(
  id: string,
  bytes: number,
  { page, rotation }: { readonly page: number; readonly rotation: number },
  signal: AbortSignal,
): Promise<FileInput> {
  const response = await fetch(`${inputPath(id)}/picture?page=${page}`, { signal });
  if (!response.ok) {
    const error = readError(response, await response.text());
    // the server cannot decode the image either
    if (error instanceof ServerError && error.status === 409) return { found: 'size', bytes, tooLarge: false };
    throw error;
  }
  const content = await response.blob();
  const shown = rotation === 0 ? content : await turnPicture(content, rotation);
  return { found: 'content', content: shown, bytes, page, pages: Number(response.headers.get('millrace-pages')) };
}

export const inputPath = (id: string) => serverPath(`/v1/files/${encodeURIComponent(id)}/input`);
