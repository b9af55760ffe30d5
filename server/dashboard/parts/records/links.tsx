import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { Name } from '../basics/name.js';

export function RunLink({ id, name }: { readonly id: string; readonly name: string }) {
  return (
    <Link href={`/runs/${encodeURIComponent(id)}`} style={{ display: 'inline-flex', minWidth: 0, maxWidth: '100%' }}>
      <Name>{name}</Name>
    </Link>
  );
}

export function FileLink({ id, children }: { readonly id: string; readonly children: ReactNode }) {
  return <Link href={`/files/${encodeURIComponent(id)}`}>{children}</Link>;
}
