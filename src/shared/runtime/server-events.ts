/** A server-sent event. */
export interface ServerEvent {
  readonly name: string;
  /** The event's id, if it has one. A new connection can send this id to continue after the event. */
  readonly id: string | undefined;
  readonly data: string;
}

/** Parses server-sent events from chunks of text, which can end anywhere. Skips comments. */
export class ServerEventParser {
  #buffered = '';
  #endsLine = false;

  /** Returns the events that a chunk completes. */
  push(text: string): ServerEvent[] {
    // only the chunk is searched, because searching the whole buffer for every chunk would take quadratic time
    const completesEvent = text.includes('\n\n') || (this.#endsLine && text.startsWith('\n'));
    if (text !== '') this.#endsLine = text.endsWith('\n');
    this.#buffered += text;
    if (!completesEvent) return [];
    const blocks = this.#buffered.split('\n\n');
    this.#buffered = blocks.pop() ?? '';
    return blocks.flatMap((block) => parseEvent(block) ?? []);
  }
}

function parseEvent(block: string): ServerEvent | undefined {
  let name = 'message';
  let id: string | undefined;
  const data: string[] = [];
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    const field = line.slice(0, colon);
    const value = line.slice(line.charAt(colon + 1) === ' ' ? colon + 2 : colon + 1);
    if (field === 'event') name = value;
    else if (field === 'id') id = value;
    else if (field === 'data') data.push(value);
  }
  return data.length === 0 ? undefined : { name, id, data: data.join('\n') };
}
