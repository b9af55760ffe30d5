import { Component, useEffect, useRef, type ReactNode } from 'react';
import { useLocation } from 'wouter';
import { useConnectionState } from '../data/live/live.js';
import { Button } from '../parts/basics/button.js';
import { EmptyState } from '../parts/feedback/empty-state.js';
import { ErrorState } from '../parts/feedback/error-state.js';
import { useText } from '../text/language.js';
import { shellText } from '../text/shell.js';

/** Shows an error in place of a page that throws during rendering or fails to load. Navigating to another path clears the error. */
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
  const connection = useConnectionState();
  const wasConnectionLost = useRef(false);
  useEffect(() => {
    wasConnectionLost.current ||= connection === 'lost';
    // the lost connection may have caused the error, so reload when the connection is live again
    if (wasConnectionLost.current && connection === 'live') location.reload();
  }, [connection]);
  return (
    <EmptyState title={text.crashed}>
      <ErrorState error={error} brief />
      <Button onClick={() => location.reload()}>{text.reload}</Button>
    </EmptyState>
  );
}
