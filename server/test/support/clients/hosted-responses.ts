/** A response as received. */
export interface HostedResponse<Body = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Body;
}

export interface UploadForm {
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
}

export interface ReservedBody {
  readonly request_id: string;
  readonly file_id: string;
  readonly message: string;
  readonly warnings: unknown[];
  readonly presigned_post_url_results: UploadForm;
}

export interface StatusBody {
  readonly request_id: string;
  readonly file_id: string;
  readonly message: string;
  readonly process_status: Record<string, boolean> | null;
  readonly failure_status: { process_id: string; failure_module: string; message: string } | null;
}

export interface OutputBody {
  readonly pipeline: string;
  readonly request_id: string;
  readonly file_id: string;
  readonly message: string;
  readonly warnings: unknown[];
  readonly process_output: { url: string; extension: string }[] | null;
}

export interface ChangeBody {
  readonly pipeline: string;
  readonly request_id: string;
  readonly message: string;
  readonly warnings: unknown[];
}

export interface ListItem {
  readonly last_updated: string;
  readonly process_id: string;
  readonly created_at: string;
  readonly file_metadata: {
    modules: Record<string, Record<string, { model: string; params?: unknown }>>;
    modules_data: Record<string, Record<string, Record<string, unknown>>>;
  };
  readonly file_tags: Record<string, string>[];
  readonly file_description: string;
  readonly symbolic_directory_path: string;
  readonly pipeline: string;
  readonly file_id: string;
  readonly expire_time: string;
  readonly file_name: string;
}

export interface ItemsBody<Item> {
  readonly request_id: string;
  readonly message: string;
  readonly warnings: Record<string, unknown>[];
  readonly items: Item[];
}

export interface SearchItem {
  readonly file_id: string;
  readonly file_metadata: Record<string, unknown>;
  readonly search_results: { keyword: string; line_number: number; keyword_number: number }[];
}

export interface SemanticItem {
  readonly file_id: string;
  readonly file_metadata: Record<string, unknown>;
  readonly search_results: { snippet: string; line_numbers: number[]; distance: number }[];
}

/** The keys that every refusal has, so that no client fails on a missing key. */
export interface RefusalBody {
  readonly pipeline: string | null;
  readonly request_id: string;
  readonly file_id: string | null;
  readonly message: string;
  readonly warnings: unknown[];
  readonly items: unknown[] | null;
  readonly process_output: null;
}
