import { extensionsForFormat } from '../modules/file-kinds.js';
import type { DataFormat } from '../modules/module.js';
import type { Limits } from '../types/limits.js';

const MiB = 2 ** 20;
const GiB = 2 ** 30;

const sameForAllFormats = (min: number, max: number): Record<DataFormat, { min: number; max: number }> => ({
  text: { min, max },
  json: { min, max },
  image: { min, max },
  audio: { min, max },
  npy: { min, max },
  faiss: { min, max },
  db: { min, max },
});

const hostedExtensions: Limits['extensions'] = {
  text: ['.txt', '.pdf', '.docx', '.pptx'],
  json: ['.json'],
  image: ['.jpg', '.jpeg', '.png'],
  audio: ['.mp3'],
  npy: ['.npy'],
  faiss: ['.faiss'],
  db: ['.db'],
};

/** A Millrace server's default limits. The SDK also uses these values for limits that older servers do not return. */
export const defaultLimits: Limits = {
  characters: 'any',
  pipelineNameLength: 255,
  fileNameLength: 255,
  pathLength: 4096,
  descriptionLength: 10_000,
  tags: 100,
  tagLength: 255,
  listLength: 10_000,
  expireTime: { min: 1, max: 10 * 365 * 86_400 },
  neverExpires: false,
  k: 1000,
  maxFiles: 100_000,
  queryLength: { min: 1, max: 10_000 },
  fileBytes: sameForAllFormats(1, 5 * GiB),
  extensions: {
    text: extensionsForFormat('text'),
    json: extensionsForFormat('json'),
    image: extensionsForFormat('image'),
    audio: extensionsForFormat('audio'),
    npy: extensionsForFormat('npy'),
    faiss: extensionsForFormat('faiss'),
    db: extensionsForFormat('db'),
  },
  textByContent: true,
  textWords: 0,
  textLines: null,
  resumableBytes: null,
  inlineBytes: null,
  batchFiles: null,
  batchBytes: null,
  lookupFiles: null,
};

/** The hosted service's limits. The SDK applies them to every server without the `/v1` API. */
export const hostedLimits: Limits = {
  characters: 'ascii-lower-case',
  pipelineNameLength: 64,
  fileNameLength: 64,
  pathLength: 128,
  descriptionLength: 256,
  tags: 20,
  tagLength: 32,
  listLength: 500,
  expireTime: { min: 1800, max: 2_592_000 },
  neverExpires: false,
  k: 10,
  maxFiles: 10_000,
  queryLength: { min: 2, max: 256 },
  fileBytes: {
    ...sameForAllFormats(1, 3 * MiB),
    text: { min: 1, max: 2 * MiB },
    image: { min: Math.ceil(0.001 * MiB), max: 5 * MiB },
    audio: { min: 10, max: 3 * MiB },
  },
  extensions: hostedExtensions,
  textByContent: false,
  textWords: 6,
  textLines: 100_000,
  resumableBytes: null,
  inlineBytes: null,
  batchFiles: null,
  batchBytes: null,
  lookupFiles: null,
};

/**
 * Limits that are at least as loose as any server's. An argument that violates them is invalid on every server, so the SDK rejects it
 * before it fetches the server's limits.
 */
export const looseLimits: Limits = {
  characters: 'any',
  pipelineNameLength: Infinity,
  fileNameLength: Infinity,
  pathLength: Infinity,
  descriptionLength: Infinity,
  tags: Infinity,
  tagLength: Infinity,
  listLength: Infinity,
  expireTime: { min: 1, max: Infinity },
  neverExpires: true,
  k: Infinity,
  maxFiles: Infinity,
  queryLength: { min: 1, max: Infinity },
  fileBytes: sameForAllFormats(0, Infinity),
  // a server can accept other extensions, so `checkFileType` accepts unknown extensions with these limits
  extensions: defaultLimits.extensions,
  textByContent: true,
  textWords: 0,
  textLines: null,
  resumableBytes: null,
  inlineBytes: null,
  batchFiles: null,
  batchBytes: null,
  lookupFiles: null,
};
