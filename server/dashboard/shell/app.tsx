import { Suspense, useEffect } from 'react';
import { Route, Switch } from 'wouter';
import { LiveProvider } from '../data/live/live.js';
import { useSession } from '../data/session.js';
import { preloadPages, pages } from '../pages/pages.js';
import { PageHeader } from '../parts/basics/page-header.js';
import { EmptyState } from '../parts/feedback/empty-state.js';
import { ErrorState } from '../parts/feedback/error-state.js';
import { sharedText } from '../text/shared-text.js';
import { useText } from '../text/language.js';
import { shellText } from '../text/shell.js';
import { ConnectionBanner } from './connection.js';
import { PageBoundary } from './page-boundary.js';
import { ShortcutHelp } from './shortcut-help.js';
import { Navigation } from './navigation.js';
import { SignIn } from './sign-in.js';
import styles from './shell.module.css';

/** The root component. Shows the sign-in form at every URL if no user is signed in. */
export function App() {
  const { data: session, error, refetch } = useSession();
  if (error && !session) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (session === undefined) return <Loading />;
  if (session === null) return <SignIn />;
  return (
    <LiveProvider>
      <SignedInApp />
    </LiveProvider>
  );
}

/** The delay before the code of all pages is preloaded. It gives the first page time to load. */
const preloadDelayMs = 3000;

function SignedInApp() {
  const text = useText(shellText);
  useEffect(() => {
    const timer = setTimeout(() => void preloadPages(), preloadDelayMs);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className={styles['app']}>
      <a className={styles['skip']} href="#content">
        {text.skipToContent}
      </a>
      <Navigation />
      <div className={styles['main-column']}>
        <ConnectionBanner />
        <main id="content" className={styles['content']} tabIndex={-1}>
          <PageBoundary>
            <Suspense fallback={<Loading />}>
              <Switch>
                {pages.map(({ path, component }) => (
                  <Route key={path} path={path} component={component} />
                ))}
                <Route>
                  <PageHeader title={text.notFound} />
                  <EmptyState title={text.notFoundHelp} />
                </Route>
              </Switch>
            </Suspense>
          </PageBoundary>
        </main>
      </div>
      <ShortcutHelp />
    </div>
  );
}

function Loading() {
  const text = useText(sharedText);
  return (
    <p className={styles['loading']} role="status">
      {text.loading}
    </p>
  );
}
