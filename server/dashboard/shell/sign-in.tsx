import { useEffect, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { useSignIn } from '../data/session.js';
import { Button } from '../parts/basics/button.js';
import { PageHeader } from '../parts/basics/page-header.js';
import { Command } from '../parts/feedback/empty-state.js';
import { ErrorState } from '../parts/feedback/error-state.js';
import { useText } from '../text/language.js';
import { shellText } from '../text/shell.js';
import { LanguageChoice } from './preferences.js';
import styles from './shell.module.css';

const path = '/sign-in';

/** A form for an API key. If the URL has the token of a one-time link, signs in without the form. */
export function SignIn() {
  const text = useText(shellText);
  const [location, navigate] = useLocation();
  const signIn = useSignIn();
  const [key, setKey] = useState('');
  const [token] = useState(() => (location === path ? window.location.hash.slice(1) : ''));
  const isUsed = useRef(false);
  const leave = () => {
    if (location === path) navigate('/', { replace: true });
  };

  useEffect(() => {
    if (token === '' || isUsed.current) return;
    isUsed.current = true;
    // the token must not stay in the URL or in the browser's history
    history.replaceState(null, '', window.location.pathname);
    signIn.mutate({ link: token }, { onSuccess: leave });
  });

  const byLink = signIn.variables !== undefined && 'link' in signIn.variables;
  return (
    <main className={styles['sign-in']}>
      <PageHeader title={text.signInTitle} />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          signIn.mutate({ key: key.trim() }, { onSuccess: leave });
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
      {byLink && signIn.isError && <p role="alert">{text.linkUsed}</p>}
      {!byLink && signIn.isError && <ErrorState error={signIn.error} brief />}
      <p className={styles['quiet']}>{text.keyHelp}</p>
      <Command>npx millrace dashboard</Command>
      <LanguageChoice />
    </main>
  );
}
