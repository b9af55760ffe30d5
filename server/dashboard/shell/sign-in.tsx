import { useEffect, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { useSignIn } from '../data/session.js';
import { Button } from '../parts/basics/button.js';
import { PageHeader } from '../parts/basics/page-header.js';
import { CopyableCode } from '../parts/feedback/empty-state.js';
import { ErrorState } from '../parts/feedback/error-state.js';
import { useText } from '../text/language.js';
import { shellText } from '../text/shell.js';
import { LanguageSelect } from './preferences.js';
import styles from './shell.module.css';

/** The path of one-time sign-in links. The token is in the URL fragment. */
const linkPath = '/sign-in';

/** The sign-in form for an API key. If the URL is a one-time link, signs in with the link's token immediately. */
export function SignIn() {
  const text = useText(shellText);
  const [location, navigate] = useLocation();
  const signIn = useSignIn();
  const [key, setKey] = useState('');
  const [token] = useState(() => (location === linkPath ? window.location.hash.slice(1) : ''));
  const isTokenUsed = useRef(false);
  const leaveLinkPath = () => {
    if (location === linkPath) navigate('/', { replace: true });
  };

  useEffect(() => {
    if (token === '' || isTokenUsed.current) return;
    isTokenUsed.current = true;
    // keep the token out of the browser's history
    history.replaceState(null, '', window.location.pathname);
    signIn.mutate({ link: token }, { onSuccess: leaveLinkPath });
  });

  const hasUsedLink = signIn.variables !== undefined && 'link' in signIn.variables;
  return (
    <main className={styles['sign-in']}>
      <PageHeader title={text.signInTitle} />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          signIn.mutate({ key: key.trim() }, { onSuccess: leaveLinkPath });
        }}
      >
        <label htmlFor="key">{text.key}</label>
        <input
          id="key"
          type="password"
          autoComplete="current-password"
          autoFocus
          required
          spellCheck={false}
          value={key}
          onChange={(event) => setKey(event.target.value)}
        />
        <Button kind="primary" type="submit" disabled={signIn.isPending}>
          {signIn.isPending ? text.signingIn : text.signIn}
        </Button>
      </form>
      {hasUsedLink && signIn.isError && <p role="alert">{text.linkInvalid}</p>}
      {!hasUsedLink && signIn.isError && <ErrorState error={signIn.error} brief />}
      <p className={styles['quiet']}>{text.keyHelp}</p>
      <CopyableCode>npx millrace dashboard</CopyableCode>
      <LanguageSelect />
    </main>
  );
}
