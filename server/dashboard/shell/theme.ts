export type Theme = 'system' | 'light' | 'dark';

const storageKey = 'millrace-theme';
const themeChangeEvent = 'millrace-theme';

export function loadTheme(): Theme {
  const stored = localStorage.getItem(storageKey);
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

export function chooseTheme(theme: Theme): void {
  localStorage.setItem(storageKey, theme);
  applyTheme(theme);
}

/** Applies a theme, and dispatches a `millrace-theme` event so that canvas charts redraw in the new colors. */
export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
  window.dispatchEvent(new Event(themeChangeEvent));
}
