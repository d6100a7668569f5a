import type { SignatureDiagnosis } from '../../../inspection/items.ts';
import { Icon } from '../../ui/icon.tsx';
import './signature.css';
import { type DiffPiece, diffStrings } from './stringDiff.ts';

const PART_TITLES: Readonly<Record<SignatureDiagnosis['lines'][number]['part'], string>> = {
  method: 'Method',
  target: 'Path and query',
  date: 'Date',
  host: 'Host',
  contentHash: 'Body hash',
};

/** Why a signature was refused, with the string to sign of both sides, part by part. */
export function SignatureDiff({ diagnosis }: { readonly diagnosis: SignatureDiagnosis }) {
  const { reason, advice, isCertain, lines } = diagnosis;
  return (
    <section class="signature" aria-label="Signature">
      <div class="signature-verdict">
        <Icon name="warning" />
        <div>
          <h3>Signature refused</h3>
          <p>{reason}</p>
          <p>
            <strong>What to change:</strong> {advice}
          </p>
        </div>
      </div>
      <table class="signature-lines">
        <caption>
          {isCertain
            ? 'The strings to sign. The one of the client was found: with it, the signature fits.'
            : 'The strings to sign. What the client really signed is unknown; shown is what its headers say.'}
        </caption>
        <thead>
          <tr>
            <th scope="col">Part</th>
            <th scope="col">{isCertain ? 'Client signed' : 'Client sent'}</th>
            <th scope="col">Emulator expects</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <Line key={line.part} {...line} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Line({ part, client, emulator, differs }: SignatureDiagnosis['lines'][number]) {
  const same = [{ text: client, differs: false }];
  const { left, right } = differs ? diffStrings(client, emulator) : { left: same, right: same };
  return (
    <tr class={differs ? 'differs' : ''}>
      <th scope="row">
        {PART_TITLES[part]}
        {differs ? <span class="signature-note">differs</span> : <Icon name="check" />}
      </th>
      <td data-side={differs ? 'Client' : 'Both'}>
        <Pieces pieces={left} />
      </td>
      <td data-side="Emulator" class={differs ? '' : 'is-same'}>
        <Pieces pieces={right} />
      </td>
    </tr>
  );
}

function Pieces({ pieces }: { readonly pieces: readonly DiffPiece[] }) {
  if (pieces.every(({ text }) => text === '')) return <em class="signature-nothing">nothing</em>;
  return (
    <code>
      {pieces.map(({ text, differs }, index) =>
        differs ? <mark key={index}>{visible(text)}</mark> : <span key={index}>{visible(text)}</span>,
      )}
    </code>
  );
}

/** Control characters as their symbols: a newline too many is otherwise invisible. */
function visible(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => String.fromCharCode(0x2400 + character.charCodeAt(0)));
}
