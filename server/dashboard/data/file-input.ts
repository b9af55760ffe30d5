import { useQuery } from '@tanstack/react-query';
import { endpointOnlyKindOfName } from 'millrace/shared/modules/conversion-kinds.js';
import { kindOfName } from 'millrace/shared/modules/file-kinds.js';
import { serverPath } from './base.js';
import { parseError, ServerError } from './api.js';
import { queryKeys } from './query-keys.js';
import { rotateImage } from './rotate-image.js';

/** How the page shows an input; `none` if a browser cannot show it. */
export type InputKind = 'image' | 'audio' | 'video' | 'text' | 'none';

/** The input of a file: `content` if the page can show it, `size` if it cannot, and `none` if the server does not have the input. */
export type FileInput =
  | {
      readonly available: 'content';
      readonly content: Blob;
      readonly bytes: number;
      /** The number of the page in `content`, from 1. */
      readonly page: number;
      readonly pageCount: number;
    }
  | { readonly available: 'size'; readonly bytes: number; readonly isTooLarge: boolean }
  | { readonly available: 'none' };

/** The maximum size of an input that the page shows, in bytes. */
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

/** Returns whether a file is an image that browsers cannot show, so that the server must render its pages. */
const needsRendering = (fileName: string) => kindOfName(fileName)?.name === 'tiff';

export function inputKindOf(fileName: string): InputKind {
  if (needsRendering(fileName)) return 'image';
  const type = mediaTypeOf(fileName);
  if (fileName.toLowerCase().endsWith('.m4a')) return 'audio';
  if (type !== undefined) return type.slice(0, type.indexOf('/')) as InputKind;
  const kind = kindOfName(fileName) ?? endpointOnlyKindOfName(fileName);
  // treat a file of an unknown kind as text
  return kind === undefined || kind.isPlain ? 'text' : 'none';
}

/**
 * Fetches the input of a file, if the server keeps it.
 *
 * @param rotation The angle by which OCR rotated the page clockwise, in degrees. The image is rotated by the same angle.
 * @param page The number of the page, from 1.
 */
export function useFileInput(id: string, fileName: string, rotation: number, page: number) {
  return useQuery({
    queryKey: queryKeys.fileInput(id, { rotation, page }),
    queryFn: async ({ signal }): Promise<FileInput> => {
      const method = needsRendering(fileName) ? 'HEAD' : 'GET';
      const response = await fetch(inputPath(id), { method, signal });
      if (!response.ok) {
        const error = parseError(response, await response.text());
        if (error instanceof ServerError && error.status === 404) return { available: 'none' };
        throw error;
      }
      const bytes = Number(response.headers.get('content-length'));
      if (needsRendering(fileName)) return fetchRenderedPage(id, bytes, { page, rotation }, signal);
      const isDisplayable = inputKindOf(fileName) !== 'none';
      if (!isDisplayable || bytes > maxBytes) {
        await response.body?.cancel();
        return { available: 'size', bytes, isTooLarge: isDisplayable };
      }
      // take the media type from `mediaTypes`, never from the response, so that no input is opened as HTML
      const content = new Blob([await response.arrayBuffer()], { type: mediaTypeOf(fileName) ?? 'text/plain' });
      const shouldRotate = rotation !== 0 && inputKindOf(fileName) === 'image';
      const image = shouldRotate ? await rotateImage(content, rotation) : content;
      return { available: 'content', content: image, bytes, page: 1, pageCount: 1 };
    },
    staleTime: Infinity,
    // keep showing the previous page until the next page is loaded
    placeholderData: (before) => before,
  });
}

async function fetchRenderedPage(
  id: string,
  bytes: number,
  { page, rotation }: { readonly page: number; readonly rotation: number },
  signal: AbortSignal,
): Promise<FileInput> {
  const response = await fetch(`${inputPath(id)}/picture?page=${page}`, { signal });
  if (!response.ok) {
    const error = parseError(response, await response.text());
    // the server responds with 409 if it cannot render the page
    if (error instanceof ServerError && error.status === 409) return { available: 'size', bytes, isTooLarge: false };
    throw error;
  }
  const content = await response.blob();
  const image = rotation === 0 ? content : await rotateImage(content, rotation);
  return {
    available: 'content',
    content: image,
    bytes,
    page,
    pageCount: Number(response.headers.get('millrace-pages')),
  };
}

export const inputPath = (id: string) => serverPath(`/v1/files/${encodeURIComponent(id)}/input`);
