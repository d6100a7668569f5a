import type { SmsItem } from '../../../inspection/items.ts';
import { Copyables } from '../parts/copyables.tsx';
import { Fact, Facts, Identifier } from '../parts/facts.tsx';
import { charactersOutsideGsm } from './gsmAlphabet.ts';
import { OptOutSwitch } from './optOutSwitch.tsx';
import { SmsDelivery } from './smsDelivery.tsx';

interface SmsFactsProps {
  readonly item: SmsItem;
  readonly mailbox: string;
}

/** What is known about the selected message, and what can be changed about it afterwards. */
export function SmsFacts({ item, mailbox }: SmsFactsProps) {
  const { id, codes, links, direction, options, repeatability } = item;
  return (
    <section class="sms-facts" aria-label="About this message">
      <Copyables codes={codes} links={links} />
      <Facts>
        <Fact label="Size">
          <Size item={item} />
        </Fact>
        {direction === 'sent' && (
          <Fact label="Delivery">
            <SmsDelivery item={item} mailbox={mailbox} />
          </Fact>
        )}
        <Fact label="Opt-out">
          <OptOutSwitch item={item} mailbox={mailbox} />
        </Fact>
        {repeatability && (
          <Fact label="Repeatability">
            <p class="fact-line">{repeatsText(repeatability.repeats)}</p>
            <Identifier name="repeatability id" value={repeatability.requestId} />
            <p class="fact-note">First sent {repeatability.firstSent}</p>
          </Fact>
        )}
        {options && (
          <Fact label="Options">
            <ul class="pairs">
              {Object.entries(options).map(([name, value]) => (
                <li key={name}>
                  <code>{name}</code> {typeof value === 'string' ? value : JSON.stringify(value)}
                </li>
              ))}
            </ul>
          </Fact>
        )}
        <Fact label="Message id">
          <Identifier name="message id" value={id} />
        </Fact>
      </Facts>
    </section>
  );
}

const SHOWN_CHARACTERS = 8;

function Size({ item: { message, segments } }: { readonly item: SmsItem }) {
  const { count, encoding, characters } = segments;
  const outside = encoding === 'UCS-2' ? charactersOutsideGsm(message) : [];
  const more = outside.length - SHOWN_CHARACTERS;
  return (
    <>
      <p class="fact-line">{`${plural(count, 'segment')} · ${encoding} · ${plural(characters, 'character')}`}</p>
      {outside.length > 0 && (
        <p class="fact-note">
          UCS-2 because of{' '}
          {outside.slice(0, SHOWN_CHARACTERS).map((character) => (
            <code key={character} class="sms-character" title={codePointsOf(character)}>
              {character}
            </code>
          ))}
          {more > 0 && ` and ${more} more`}
        </p>
      )}
    </>
  );
}

function codePointsOf(character: string): string {
  return Array.from(character, (it) => `U+${it.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}`).join(' ');
}

function plural(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

/** `repeats` are the requests after the first one. */
function repeatsText(repeats: number): string {
  return repeats === 0 ? 'Sent once under this id' : `Sent ${repeats + 1} times under one id; delivered once`;
}
