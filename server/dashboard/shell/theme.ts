export type Theme = 'system' | 'light' | 'dark';

const storageKey = 'millrace-theme';

export function loadTheme(): Theme {
  const stored = localStorage.getItem(storageKey);
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

export function chooseTheme(theme: Theme): void {
  localStorage.setItem(storageKey, theme);
  applyTheme(theme);
}

/** Applies a theme. Dispatches a `millrace-theme` event, so that charts redraw: they read their colours only when they draw. */
export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
  window.dispatchEvent(new Event(storageKey));
}
