/** Matches the timings of a cue in SubRip and WebVTT: `00:01:02,500 --> 00:01:04,000`. Hours are optional, and cue settings can follow. */
const cueTimings = /^\s*(?:\d+:)?\d{1,2}:\d{2}[,.]\d{1,3}\s+-->\s+(?:\d+:)?\d{1,2}:\d{2}[,.]\d{1,3}/;

/** Matches a WebVTT block that is not displayed. */
const hiddenBlock = /^\s*(?:NOTE|STYLE|REGION)(?:\s|$)/;

const characterByEntity: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  nbsp: '\u00a0',
  lrm: '',
  rlm: '',
};

/**
 * Returns the text of the cues in a subtitle file, without identifiers, timings or formatting. A voice tag becomes the speaker's name:
 * `<v Anna>Hello` becomes `Anna: Hello`. Returns text without cues unchanged.
 */
export function subtitlesToText(subtitles: string): string {
  const blocks = subtitles.replace(/^\ufeff/, '').split(/\n[^\S\n]*\n/);
  const lines: string[] = [];
  let hasCues = false;
  for (const block of blocks) {
    const rows = block.split('\n');
    const at = hiddenBlock.test(block) ? -1 : rows.findIndex((row) => cueTimings.test(row));
    if (at === -1) continue;
    hasCues = true;
    for (const row of rows.slice(at + 1)) {
      const line = removeMarkup(row);
      if (line !== '') lines.push(line);
    }
  }
  return hasCues ? lines.join('\n') : subtitles;
}

function removeMarkup(row: string): string {
  return row
    .replaceAll(/<v(?:\.[^\s>]*)?\s+([^>]+)>/g, '$1: ')
    .replaceAll(/<\/?(?:[biucv]|ruby|rt|lang|font)(?:[\s.][^>]*)?>|<\d[\d:.]*>|\{\\[^}]*\}/gi, '')
    .replaceAll(/&(lt|gt|amp|nbsp|lrm|rlm);/g, (_, name: string) => characterByEntity[name] ?? '')
    .trim();
}
