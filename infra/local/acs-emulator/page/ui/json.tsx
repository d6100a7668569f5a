import './json.css';
import { jsonPieces } from './prettyJson.ts';

/** JSON in colors. */
export function Json({ text }: { readonly text: string }) {
  return (
    <>
      {jsonPieces(text).map((piece, index) =>
        piece.kind === 'mark' ? (
          piece.text
        ) : (
          <span key={index} class={`json-${piece.kind}`}>
            {piece.text}
          </span>
        ),
      )}
    </>
  );
}
