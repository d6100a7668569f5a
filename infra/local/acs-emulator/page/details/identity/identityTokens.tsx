import { useState } from 'preact/hooks';
import type { IdentityItem } from '../../../inspection/items.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Fact, Facts } from '../parts/facts.tsx';
import { Moment } from '../parts/moment.tsx';

type Token = IdentityItem['tokens'][number];

interface IdentityTokensProps {
  readonly tokens: readonly Token[];
  /** All, also those that are no longer listed. */
  readonly tokensIssued: number;
}

const SHOWN_TOKENS = 10;

export function IdentityTokens({ tokens, tokensIssued }: IdentityTokensProps) {
  const [isExpanded, setExpanded] = useState(false);
  const shown = isExpanded ? tokens : tokens.slice(0, SHOWN_TOKENS);
  return (
    <>
      <ul class="tokens">
        {shown.map((token, index) => (
          <li key={token.number}>
            <TokenCard token={token} isOpen={index === 0} />
          </li>
        ))}
      </ul>
      {shown.length < tokens.length && (
        <Button onClick={() => setExpanded(true)}>{`Show all ${tokens.length} tokens`}</Button>
      )}
      {tokens.length < tokensIssued && shown.length === tokens.length && (
        <p class="fact-note">{`The newest ${tokens.length} of ${tokensIssued} tokens`}</p>
      )}
    </>
  );
}

/** @param isOpen whether the claims are shown at first */
function TokenCard({ token, isOpen }: { readonly token: Token; readonly isOpen: boolean }) {
  const { number, scopes, issuedOn, expiresOn, state, claims } = token;
  return (
    <article class="token" aria-label={`Token ${number}`}>
      <header class="fact-line">
        <h3>{`Token ${number}`}</h3>
        <Badge status={state} />
      </header>
      <Facts>
        <Fact label="Scopes">
          <span class="fact-line">
            {scopes.map((scope) => (
              <code key={scope} class="scope">
                {scope}
              </code>
            ))}
          </span>
        </Fact>
        <Fact label="Issued">
          <Moment at={issuedOn} />
        </Fact>
        <Fact label={state === 'expired' ? 'Expired' : 'Expires'}>
          <Moment at={expiresOn} />
        </Fact>
      </Facts>
      <details open={isOpen}>
        <summary>Claims</summary>
        <ClaimsTable claims={claims} />
      </details>
    </article>
  );
}

/** Claims that are times, in seconds. @see RFC 7519, section 4.1 */
const TIME_CLAIMS = ['iat', 'exp', 'nbf'];

function ClaimsTable({ claims }: Pick<Token, 'claims'>) {
  return (
    <table class="table">
      <thead>
        <tr>
          <th scope="col">Claim</th>
          <th scope="col">Value</th>
        </tr>
      </thead>
      <tbody>
        {Object.entries(claims).map(([name, value]) => (
          <tr key={name}>
            <th scope="row">
              <code>{name}</code>
            </th>
            <td>
              <code>{typeof value === 'string' ? value : JSON.stringify(value)}</code>
              {TIME_CLAIMS.includes(name) && typeof value === 'number' && (
                <div class="fact-note">
                  <Moment at={new Date(value * 1000).toISOString()} />
                </div>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
