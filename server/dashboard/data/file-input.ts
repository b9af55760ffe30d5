import { useQuery } from '@tanstack/react-query';
import { endpointOnlyKindFromFileName } from 'millrace/shared/modules/conversion-kinds.js';
import { kindFromFileName, type FileKind } from 'millrace/shared/modules/file-kinds.js';
import { toServerPath } from './base.js';
import { fetchFromServer, parseErrorResponse, ServerError } from './api.js';
import { queryKeys } from './query-keys.js';
import { rotateImage } from './rotate-image.js';

/** How the dashboard displays an input; `none` if it cannot be displayed. */
export type InputKind = 'image' | 'audio' | 'video' | 'text' | 'none';

/**
 * The input of a file. `availability` is `content` if the dashboard can display the input, `size` if the input is too large or cannot be
 * displayed, and `none` if the server does not have the input.
 */
export type FileInput =
  | {
      readonly availability: 'content';
      readonly content: Blob;
      readonly bytes: number;
      /** The 1-based number of the page in `content`. */
      readonly page: number;
      readonly pageCount: number;
    }
  | { readonly availability: 'size'; readonly bytes: number; readonly isTooLarge: boolean }
  | { readonly availability: 'none' };

/** The maximum size of an input that is downloaded for display, in bytes. */
const maxBytes = 200 * 1024 ** 2;

const mediaTypeByKind: Readonly<Record<string, string>> = {
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

const mediaTypeOf = (fileName: string) => mediaTypeByKind[kindFromFileName(fileName)?.name ?? ''];

/** Returns the kind of a file by its extension, including the kinds that only a conversion endpoint can read. */
export const fileKindOf = (fileName: string): FileKind | undefined =>
  kindFromFileName(fileName) ?? endpointOnlyKindFromFileName(fileName);

/** Returns whether the server must render the pages of a file. Most browsers cannot display TIFF images. */
const needsRendering = (fileName: string) => kindFromFileName(fileName)?.name === 'tiff';

export function inputKindOf(fileName: string): InputKind {
  if (needsRendering(fileName)) return 'image';
  const type = mediaTypeOf(fileName);
  if (fileName.toLowerCase().endsWith('.m4a')) return 'audio';
  if (type !== undefined) return type.slice(0, type.indexOf('/')) as InputKind;
  const kind = fileKindOf(fileName);
  // treat files of unknown kinds as text
  return kind === undefined || kind.isPlainText ? 'text' : 'none';
}

/**
 * Fetches the input of a file, if the server has it. If the server must render the input, fetches one rendered page.
 *
 * @param rotation The clockwise angle by which OCR rotated the page, in degrees. The displayed image is rotated by the same angle.
 * @param page The 1-based page number. Used only if the server renders the input.
 */
export function useFileInput(id: string, fileName: string, rotation: number, page: number) {
  return useQuery({
    queryKey: queryKeys.fileInput(id, { rotation, page }),
    queryFn: async ({ signal }): Promise<FileInput> => {
      const method = needsRendering(fileName) ? 'HEAD' : 'GET';
      const response = await fetchFromServer(inputPath(id), { method, signal });
      if (!response.ok) {
        const error = parseErrorResponse(response, await response.text());
        if (error instanceof ServerError && error.status === 404) return { availability: 'none' };
        throw error;
      }
      const bytes = Number(response.headers.get('content-length'));
      if (needsRendering(fileName)) return fetchRenderedPage(id, bytes, { page, rotation }, signal);
      const isDisplayable = inputKindOf(fileName) !== 'none';
      if (!isDisplayable || bytes > maxBytes) {
        await response.body?.cancel();
        return { availability: 'size', bytes, isTooLarge: isDisplayable };
      }
      // ignore the response's media type, so that a browser never interprets an input as HTML
      const original = new Blob([await response.arrayBuffer()], { type: mediaTypeOf(fileName) ?? 'text/plain' });
      const shouldRotate = rotation !== 0 && inputKindOf(fileName) === 'image';
      const content = shouldRotate ? await rotateImage(original, rotation) : original;
      return { availability: 'content', content, bytes, page: 1, pageCount: 1 };
    },
    staleTime: Infinity,
    // when the page changes, keep displaying the old page until the new one is loaded
    placeholderData: (before) => before,
  });
}

async function fetchRenderedPage(
  id: string,
  bytes: number,
  { page, rotation }: { readonly page: number; readonly rotation: number },
  signal: AbortSignal,
): Promise<FileInput> {
  const response = await fetchFromServer(`${inputPath(id)}/picture?page=${page}`, { signal });
  if (!response.ok) {
    const error = parseErrorResponse(response, await response.text());
    // the server responds with 409 if it cannot render the page
    if (error instanceof ServerError && error.status === 409) return { availability: 'size', bytes, isTooLarge: false };
    throw error;
  }
  const content = await response.blob();
  const image = rotation === 0 ? content : await rotateImage(content, rotation);
  return {
    availability: 'content',
    content: image,
    bytes,
    page,
    pageCount: Number(response.headers.get('millrace-pages')),
  };
}

export const inputPath = (id: string) => toServerPath(`/v1/files/${encodeURIComponent(id)}/input`);
