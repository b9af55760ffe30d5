import type { ModuleInfo } from 'millrace/shared/types/server-info.js';
import { Button } from '../../parts/basics/button.js';
import { escapeInvisible } from '../../parts/basics/escape-invisible.js';
import { useText } from '../../text/language.js';
import { processText } from '../../text/process.js';
import { canRun, findCompatibleModules } from './plan.js';
import styles from './process.module.css';

export interface ChainEditorProps {
  readonly chain: readonly string[];
  readonly modules: readonly ModuleInfo[];
  readonly onChainChange: (chain: readonly string[]) => void;
}

/** An editor for a chain of modules. Offers only the modules that can be appended to the chain and can run on this server. */
export function ChainEditor({ chain, modules, onChainChange }: ChainEditorProps) {
  const text = useText(processText);
  const compatibleModules = findCompatibleModules(chain, modules);
  const unavailableModules = compatibleModules.filter((module) => !canRun(module));
  return (
    <>
      {chain.length > 0 && (
        <ol className={styles['chain']} aria-label={text.chain}>
          {chain.map((name, index) => (
            <li key={index}>
              {escapeInvisible(name)}
              {index === chain.length - 1 && (
                <Button kind="quiet" aria-label={text.remove(name)} onClick={() => onChainChange(chain.slice(0, -1))}>
                  ×
                </Button>
              )}
            </li>
          ))}
        </ol>
      )}
      <div role="group" aria-label={chain.length === 0 ? text.addFirst : text.addNext} className={styles['next']}>
        <span className={styles['quiet']}>{chain.length === 0 ? text.addFirst : text.addNext}</span>
        {compatibleModules.filter(canRun).map(({ name, input, output }) => (
          <Button
            key={name}
            title={`${text.reads(input)}, ${text.outputs(output)}`}
            onClick={() => onChainChange([...chain, name])}
          >
            {escapeInvisible(name)}
          </Button>
        ))}
        {compatibleModules.length === 0 && <span className={styles['quiet']}>{text.noCompatible}</span>}
      </div>
      {unavailableModules.length > 0 && (
        <details className={styles['missing']}>
          <summary>{text.unavailable}</summary>
          <dl>
            {unavailableModules.map(({ name, models }) => (
              <div key={name}>
                <dt>{escapeInvisible(name)}</dt>
                <dd>{escapeInvisible(models[0]?.reason ?? text.cannotRun(name))}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </>
  );
}
