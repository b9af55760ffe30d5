import { ModuleError, type ModuleLimits, type Warn } from '../../module-contract/module.js';
import type { DocumentText, PageRange } from '../document-text.js';
import { FormulaText } from '../docx/formula-text.js';
import { readDrawingLines } from './drawing-lines.js';
import { hasWords } from './has-words.js';
import { Lines } from './lines.js';
import { hasMasterText, findRelatedParts } from './master-text.js';
import { readXml } from './read-xml.js';
import { readRelationships } from './relationships.js';
import type { ZipArchive } from './zip-archive.js';

interface Context {
  readonly limits: Pick<ModuleLimits, 'maxTextBytes'>;
  readonly warn: Warn;
}

/** Maximum number of slides, counting repeats. A small file can list the same slide many times. */
const maxSlides = 20_000;

interface Slide {
  readonly lines: string[];
  readonly isHidden: boolean;
  readonly pictureCount: number;
  /** Whether the slide shows the shapes of its layout, and those of the master if the layout shows them. */
  readonly showsMaster: boolean;
}

/**
 * Returns the text on a presentation's slides in display order, with the range of each slide. Each table row is a line. Outside tables,
 * paragraphs and line breaks start new lines, and a blank line separates slides. Hidden slides, the text of layouts and masters, notes,
 * comments and pictures are left out, with warnings.
 *
 * @throws `ModuleError` if the presentation is damaged, has no text, or exceeds a limit.
 */
export function readPptx(archive: ZipArchive, { limits, warn }: Context): DocumentText {
  const lines = new Lines(limits.maxTextBytes);
  const pages: PageRange[] = [];
  let pictureCount = 0;
  let hiddenCount = 0;
  const shownLayouts = new Set<string>();
  for (const [index, name] of listSlides(archive).entries()) {
    const slide = readSlide(archive, name);
    if (slide.isHidden) {
      hiddenCount++;
      pages.push({ start: lines.length, end: lines.length, hasUnreadContent: true });
      warn({ code: 'hidden-slide', message: 'A hidden slide was left out.', page: index + 1 });
      continue;
    }
    pictureCount += slide.pictureCount;
    if (slide.showsMaster)
      for (const layout of findRelatedParts(archive, name, 'slideLayout')) shownLayouts.add(layout);
    const start = lines.length;
    for (const line of slide.lines) {
      lines.break();
      lines.add(line);
    }
    pages.push({ start, end: lines.length, ...(slide.pictureCount > 0 && { hasUnreadContent: true as const }) });
    lines.break(1);
  }
  const text = lines.toString();
  if (text.trim() === '') throw new ModuleError(describeMissingText({ pictureCount, hiddenCount }));
  if (pictureCount > 0) {
    const subject = pictureCount === 1 ? '1 picture was' : `${pictureCount} pictures were`;
    warn({ code: 'pictures-left-out', message: `${subject} left out. Text in pictures is not read.` });
  }
  if (hasMasterText(archive, shownLayouts)) {
    warn({ code: 'master-left-out', message: 'Visible text of slide masters or layouts was left out.' });
  }
  const hasWordsIn = (pattern: RegExp): boolean =>
    archive.names.some((name) => pattern.test(name) && hasWords(archive.read(name), 'PPTX'));
  if (hasWordsIn(/^ppt\/notesSlides\/[^/]*\.xml$/)) {
    warn({ code: 'notes-left-out', message: 'Speaker notes were left out.' });
  }
  if (hasWordsIn(/^ppt\/comments\/[^/]*\.xml$/))
    warn({ code: 'comments-left-out', message: 'Comments were left out.' });
  return { text, paragraphs: 'lines', pages };
}

function describeMissingText({ pictureCount, hiddenCount }: { pictureCount: number; hiddenCount: number }): string {
  if (pictureCount > 0) {
    return 'The PPTX contains no text, because its slides contain only pictures. Save the slides as PNG or JPEG, and process them with ocr.';
  }
  return hiddenCount > 0
    ? 'The PPTX contains no text, because its slides are hidden. Show them, and send the new file.'
    : 'The PPTX contains no text, because its slides are empty. Send a file with text.';
}

function readSlide(archive: ZipArchive, name: string): Slide {
  const part = archive.read(name);
  if (!part)
    throw new ModuleError('The PPTX is damaged: one of its slides is missing. Save it again, and send the new file.');
  const relationships = readRelationships(archive, name);
  const lines: string[] = [];
  /** The cells of the current table row. */
  let row: string[] | undefined;
  let paragraph = '';
  let formula: FormulaText | undefined;
  let fallbackDepth = 0;
  let isInText = false;
  let isHidden = false;
  let showsMaster = true;
  let pictureCount = 0;
  const endLine = (): void => {
    if (row) row.push([row.pop() ?? '', paragraph.trim()].filter((text) => text !== '').join(' '));
    else if (paragraph !== '') lines.push(paragraph);
    paragraph = '';
  };
  const addDrawing = (id: string | undefined): void => {
    const target = archive.read(relationships.get(id ?? '')?.path ?? '');
    if (target) lines.push(...readDrawingLines(target, 'PPTX'));
  };
  readXml(part, 'PPTX', {
    open(element, attributes) {
      if (formula) formula.open(element, attributes);
      else if (fallbackDepth > 0 || element === 'mc:Fallback') fallbackDepth++;
      else if (element === 'p:sld') {
        isHidden = ['0', 'false'].includes(attributes['show'] ?? '');
        showsMaster = !['0', 'false'].includes(attributes['showMasterSp'] ?? '');
      } else if (element === 'a:t') isInText = true;
      else if (element === 'a:br') endLine();
      else if (element === 'a:tr') row = [];
      else if (element === 'a:tc') row?.push('');
      else if (element === 'm:oMath') formula = new FormulaText();
      else if (element === 'a:blip') pictureCount++;
      else if (element === 'c:chart') addDrawing(attributes['r:id']);
      else if (element === 'dgm:relIds') addDrawing(attributes['r:dm']);
    },
    text(text) {
      if (formula) formula.text(text);
      else if (isInText) paragraph += text.replaceAll(/\s/g, ' ');
    },
    close(element) {
      if (formula && element === 'm:oMath') {
        paragraph += formula.toString();
        formula = undefined;
      } else if (formula) formula.close();
      else if (fallbackDepth > 0) fallbackDepth--;
      else if (element === 'a:t') isInText = false;
      else if (element === 'a:p') endLine();
      else if (element === 'a:tr' && row) {
        if (row.some((cell) => cell !== '')) lines.push(row.join('\t').trimEnd());
        row = undefined;
      }
    },
  });
  return { lines, isHidden, pictureCount, showsMaster };
}

/** Returns the paths of the slides in display order, as listed in `presentation.xml`. The numbers in the paths can be in another order. */
function listSlides(archive: ZipArchive): string[] {
  const name = 'ppt/presentation.xml';
  const presentation = archive.read(name);
  const relationships = readRelationships(archive, name);
  if (!presentation || relationships.size === 0)
    throw new ModuleError('The PPTX is damaged: its list of slides is missing. Save it again, and send the new file.');
  const names: string[] = [];
  readXml(presentation, 'PPTX', {
    open(element, { 'r:id': id }) {
      const target = element === 'p:sldId' && id !== undefined ? relationships.get(id) : undefined;
      if (target !== undefined) names.push(target.path);
      if (names.length > maxSlides)
        throw new ModuleError(`Expected the PPTX to have at most ${maxSlides} slides, got more. Split it.`);
    },
  });
  return names;
}
