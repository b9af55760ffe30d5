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
const signInPath = '/sign-in';

/** The sign-in form for an API key. If the URL is a one-time sign-in link, signs in with the link's token immediately. */
export function SignIn() {
  const text = useText(shellText);
  const [location, navigate] = useLocation();
  const signIn = useSignIn();
  const [key, setKey] = useState('');
  const [token] = useState(() => (location === signInPath ? window.location.hash.slice(1) : ''));
  const isTokenUsed = useRef(false);
  const leaveSignInPath = () => {
    if (location === signInPath) navigate('/', { replace: true });
  };

  useEffect(() => {
    if (token === '' || isTokenUsed.current) return;
    isTokenUsed.current = true;
    // remove the token from the URL and the tab's history
    history.replaceState(null, '', window.location.pathname);
    signIn.mutate({ link: token }, { onSuccess: leaveSignInPath });
  });

  const isLinkSignIn = signIn.variables !== undefined && 'link' in signIn.variables;
  return (
    <main className={styles['sign-in']}>
      <PageHeader title={text.signInTitle} />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          signIn.mutate({ key: key.trim() }, { onSuccess: leaveSignInPath });
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
      {isLinkSignIn && signIn.isError && <p role="alert">{text.linkFailed}</p>}
      {!isLinkSignIn && signIn.isError && <ErrorState error={signIn.error} brief />}
      <p className={styles['quiet']}>{text.keyHelp}</p>
      <CopyableCode>npx millrace dashboard</CopyableCode>
      <LanguageSelect />
    </main>
  );
}
