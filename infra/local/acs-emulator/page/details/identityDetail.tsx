import type { IdentityItem } from '../../inspection/items.ts';
import { Badge } from '../ui/badge.tsx';
import { EmptyState } from '../ui/emptyState.tsx';
import { IdentityTokens } from './identity/identityTokens.tsx';
import { Fact, Facts, Identifier } from './parts/facts.tsx';
import { Moment } from './parts/moment.tsx';
import './identity/identity.css';
import './parts/detail.css';

/** An identity with the tokens that were issued for it. */
export function IdentityDetail({ item }: { readonly item: IdentityItem; readonly mailbox: string }) {
  const { id, at, status, tokens, tokensIssued } = item;
  return (
    <div class="item-detail identity-detail">
      <h2 class="item-title">Identity</h2>
      <Facts>
        <Fact label="Id">
          <Identifier name="id of the identity" value={id} />
        </Fact>
        <Fact label="State">
          <Badge status={status} />
        </Fact>
        <Fact label="Created">
          <Moment at={at} />
        </Fact>
        <Fact label="Tokens">{tokensIssued === 1 ? '1 issued' : `${tokensIssued} issued`}</Fact>
      </Facts>
      {tokens.length === 0 ? (
        <EmptyState title="No tokens" icon="identity">
          <p>None was issued for this identity.</p>
        </EmptyState>
      ) : (
        <IdentityTokens tokens={tokens} tokensIssued={tokensIssued} />
      )}
    </div>
  );
}
