import { Component, useEffect, useRef, type ReactNode } from 'react';
import { useLocation } from 'wouter';
import { useConnection } from '../data/live/live.js';
import { Button } from '../parts/basics/button.js';
import { EmptyState } from '../parts/feedback/empty-state.js';
import { ErrorState } from '../parts/feedback/error-state.js';
import { useText } from '../text/language.js';
import { shellText } from '../text/shell.js';

/** Catches an error that a page throws or that occurs while its code loads. Shows the error in place of the page. */
export function PageBoundary({ children }: { readonly children: ReactNode }) {
  const [location] = useLocation();
  return <ErrorBoundary key={location}>{children}</ErrorBoundary>;
}

class ErrorBoundary extends Component<{ readonly children: ReactNode }, { readonly error?: unknown }> {
  override state: { readonly error?: unknown } = {};

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render(): ReactNode {
    if (!('error' in this.state)) return this.props.children;
    return <CrashedPage error={this.state.error} />;
  }
}

function CrashedPage({ error }: { readonly error: unknown }) {
  const text = useText(shellText);
  const connection = useConnection();
  const wasLost = useRef(false);
  useEffect(() => {
    wasLost.current ||= connection === 'lost';
    // the page's code may have failed to load because the connection was lost, so reload once it is back
    if (wasLost.current && connection === 'live') location.reload();
  }, [connection]);
  return (
    <EmptyState title={text.crashed}>
      <ErrorState error={error} brief />
      <Button onClick={() => location.reload()}>{text.reload}</Button>
    </EmptyState>
  );
}
