import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Router } from 'wouter';
import './styles/tokens.css';
import './styles/base.css';
import { dashboardBasePath } from './data/base.js';
import { createQueryClient } from './data/query-client.js';
import { preloadPage } from './pages/pages.js';
import { KeyboardProvider } from './parts/keyboard/keyboard.js';
import { ToastProvider } from './parts/feedback/toasts.js';
import { App } from './shell/app.js';
import { applyTheme, loadTheme } from './shell/theme.js';
import { LanguageProvider } from './text/language.js';

applyTheme(loadTheme());
preloadPage(location.pathname.slice(dashboardBasePath.length));

const root = document.getElementById('root');
if (!root) throw new Error('Expected the page to have an element with the id "root".');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={createQueryClient()}>
      <LanguageProvider>
        <KeyboardProvider>
          <ToastProvider>
            <Router base={dashboardBasePath}>
              <App />
            </Router>
          </ToastProvider>
        </KeyboardProvider>
      </LanguageProvider>
    </QueryClientProvider>
  </StrictMode>,
);
