/** A server-sent event. */
export interface ServerSentEvent {
  readonly name: string;
  /** The event's id, if it has one. A new connection can send it as `Last-Event-ID` to continue after this event. */
  readonly id: string | undefined;
  readonly data: string;
}

/** Parses server-sent events from chunks of text. An event can be split across chunks. Skips comments. */
export class ServerSentEventParser {
  #buffered = '';
  #endsWithNewline = false;

  /** Returns the events that a chunk completes. */
  push(text: string): ServerSentEvent[] {
    // search only the chunk, because searching the whole buffer for every chunk would take quadratic time
    const completesEvent = text.includes('\n\n') || (this.#endsWithNewline && text.startsWith('\n'));
    if (text !== '') this.#endsWithNewline = text.endsWith('\n');
    this.#buffered += text;
    if (!completesEvent) return [];
    const blocks = this.#buffered.split('\n\n');
    this.#buffered = blocks.pop() ?? '';
    return blocks.flatMap((block) => parseEvent(block) ?? []);
  }
}

function parseEvent(block: string): ServerSentEvent | undefined {
  let name = 'message';
  let id: string | undefined;
  const data: string[] = [];
  for (const line of block.split('\n')) {
    const colonIndex = line.indexOf(':');
    if (colonIndex <= 0) continue;
    const field = line.slice(0, colonIndex);
    const value = line.slice(line.charAt(colonIndex + 1) === ' ' ? colonIndex + 2 : colonIndex + 1);
    if (field === 'event') name = value;
    else if (field === 'id') id = value;
    else if (field === 'data') data.push(value);
  }
  return data.length === 0 ? undefined : { name, id, data: data.join('\n') };
}
