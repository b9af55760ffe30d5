import * as z from 'zod';

/**
 * Schemas for the request bodies of the hosted protocol. They check only the structure. The functions in `rules/` check names, paths and
 * tags, whose rules depend on the server's limits.
 */

const strings = z.array(z.string()).nullish();
const tag = z.record(z.string(), z.string());
const seconds = z.int().nullish();

const selectors = {
  file_ids: strings,
  file_names: strings,
  symbolic_directory_paths: strings,
  symbolic_file_paths: strings,
  file_tags: z.array(tag).nullish(),
  max_files: z.int().nullish(),
  created_at_start: seconds,
  created_at_end: seconds,
  last_updated_start: seconds,
  last_updated_end: seconds,
};

const pipeline = z.string();

/** The chosen models and parameters, by module position: `module_1`, `module_2`, …. */
const moduleSelections = z.record(
  z.string(),
  z.object({ model: z.string().nullish(), params: z.record(z.string(), z.json()).nullish() }),
);

export const processRequest = z.object({
  pipeline,
  pipeline_ordered_modules: z.array(z.string()),
  pipeline_output_process_keys: z.array(z.string().nullable()).nullish(),
  modules: moduleSelections.nullish(),
  file_name: z.string().nullish(),
  symbolic_directory_path: z.string().nullish(),
  file_tags: z.array(tag).nullish(),
  file_description: z.string().nullish(),
  expire_time: z.int().nullish(),
  // a Millrace extension
  webhook: z.object({ url: z.string(), secret: z.string(), events: z.array(z.string()).nullish() }).nullish(),
  // a Millrace extension: the content of a small file in base64, so that the file needs no separate upload
  content: z.base64().nullish(),
  // a Millrace extension
  keep_input: z.boolean().nullish(),
  // a Millrace extension: the id of the run that this run is part of
  parent: z.uuid().nullish(),
  // a Millrace extension: the id of the batch that the file belongs to
  batch: z.uuid().nullish(),
  // a Millrace extension: whether the file never expires
  never_expires: z.boolean().nullish(),
  // a Millrace extension: the id of the file to replace as soon as this file is ready
  replaces: z.uuid().nullish(),
  // a Millrace extension: the symbolic directory that the client syncs with a folder
  sync_root: z.string().nullish(),
});

export const processStatusRequest = z.object({ pipeline, process_id: z.string() });

/** The body for `fetch-output` and `delete`. */
export const fileRequest = z.object({ pipeline, file_id: z.string() });

export const updateRequest = z.object({
  pipeline,
  file_id: z.string(),
  file_name: z.string().nullish(),
  symbolic_directory_path: z.string().nullish(),
  file_tags: z.array(tag).nullish(),
  file_description: z.string().nullish(),
  expire_time: z.int().nullish(),
  // a Millrace extension
  never_expires: z.boolean().nullish(),
});

export const listRequest = z.object({ pipeline, ...selectors });

export const showTreeRequest = z.object({
  pipeline,
  symbolic_directory_path: z.string().nullish(),
  max_files: z.int().nullish(),
});

export const keywordSearchRequest = z.object({
  pipeline,
  pipeline_ordered_modules: z.array(z.string()).nullish(),
  query: z.string(),
  ...selectors,
});

export const semanticSearchRequest = z.object({
  ...keywordSearchRequest.shape,
  k: z.int().nullish(),
  /**
   * A Millrace extension: whether the response includes each file's model. The response can then also include a warning that the built-in
   * model compares words, not meaning.
   */
  with_models: z.boolean().nullish(),
});

export type ProcessRequest = z.infer<typeof processRequest>;
export type ListRequest = z.infer<typeof listRequest>;
export type UpdateRequest = z.infer<typeof updateRequest>;
