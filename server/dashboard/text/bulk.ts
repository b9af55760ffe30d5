import { defineText, formatCount, localeOf } from './define-text.js';

export const bulkText = defineText({
  en: {
    actions: { resume: 'Resume', rerun: 'Rerun', cancel: 'Cancel runs', delete: 'Delete' },
    titles: {
      resume: 'Resume these runs?',
      rerun: 'Rerun these runs?',
      cancel: 'Cancel these runs?',
      delete: 'Delete these runs?',
    },
    explanations: {
      resume: 'Each run continues where it stopped.',
      rerun: 'Each run is repeated as a new run with the same input.',
      cancel: 'Their results so far are kept.',
      delete: 'Their records, logs and files are deleted. This cannot be undone.',
    },
    from: 'From the step',
    fromStart: 'the beginning',
    fromHelp:
      'The name of a module, step or task. The results of earlier steps are reused. Runs without this step are left out.',
    counting: 'Counting…',
    eligible: (n: number, matched: number) =>
      `This applies to ${n.toLocaleString(localeOf('en'))} of ${formatCount(matched, 'run', 'runs', 'en')}.`,
    moreMatch: 'More runs match. Only the newest are included.',
    refused: 'Left out:',
    refusedBecause: (n: number, reason: string) => `${n.toLocaleString(localeOf('en'))}: ${reason}`,
    progress: (done: number, matched: number) =>
      `${done.toLocaleString(localeOf('en'))} of ${matched.toLocaleString(localeOf('en'))} done`,
    finished: (succeeded: number, matched: number) =>
      `Done: ${succeeded.toLocaleString(localeOf('en'))} of ${formatCount(matched, 'run', 'runs', 'en')}`,
    stop: 'Stop',
    stopped: 'Stopped',
  },
  es: {
    actions: { resume: 'Reanudar', rerun: 'Repetir', cancel: 'Cancelar ejecuciones', delete: 'Eliminar' },
    titles: {
      resume: '¿Reanudar estas ejecuciones?',
      rerun: '¿Repetir estas ejecuciones?',
      cancel: '¿Cancelar estas ejecuciones?',
      delete: '¿Eliminar estas ejecuciones?',
    },
    explanations: {
      resume: 'Cada ejecución continúa donde se detuvo.',
      rerun: 'Cada ejecución se repite como una ejecución nueva con la misma entrada.',
      cancel: 'Sus resultados hasta ahora se conservan.',
      delete: 'Se eliminan sus datos, registros y archivos. No se puede deshacer.',
    },
    from: 'Desde el paso',
    fromStart: 'el principio',
    fromHelp:
      'El nombre de un módulo, paso o tarea. Se reutilizan los resultados de los pasos anteriores. Las ejecuciones sin él se dejan fuera.',
    counting: 'Contando…',
    eligible: (n, matched) =>
      `Afecta a ${n.toLocaleString(localeOf('es'))} de ${formatCount(matched, 'ejecución', 'ejecuciones', 'es')}.`,
    moreMatch: 'Hay más ejecuciones que cumplen los filtros. Solo se incluyen las más recientes.',
    refused: 'Se dejan fuera:',
    refusedBecause: (n, reason) => `${n.toLocaleString(localeOf('es'))}: ${reason}`,
    progress: (done, matched) =>
      `${done.toLocaleString(localeOf('es'))} de ${matched.toLocaleString(localeOf('es'))} hechas`,
    finished: (succeeded, matched) =>
      `Hecho: ${succeeded.toLocaleString(localeOf('es'))} de ${formatCount(matched, 'ejecución', 'ejecuciones', 'es')}`,
    stop: 'Detener',
    stopped: 'Detenido',
  },
});
