import { describe, expect, test } from 'vitest';
import { readSettings, SettingsError } from '../../shared/settings/settings.ts';

const read = (keywords: string | undefined) =>
  readSettings({
    ACS_CONNECTION_STRING: 'endpoint=https://contoso.communication.azure.com/;accesskey=a2V5IG9mIHRoZSB0ZXN0cw==',
    AzureWebJobsStorage: 'UseDevelopmentStorage=true',
    SMS_OPT_OUT_KEYWORDS: keywords,
  }).smsOptOutKeywords;

describe('additional opt-out keywords', () => {
  test.each([
    ['ARRET', ['ARRET']],
    [' Arrêt , no more,停止 ', ['Arrêt', 'no more', '停止']],
    ['stop', ['stop']],
    ['', []],
    [undefined, []],
  ])('are parsed from %j', (text, keywords) => {
    expect(read(text)).toEqual(keywords);
  });

  test.each([
    ['ARRET,,STOPP', 'must be words separated by commas'],
    ['ARRET,', 'must be words separated by commas'],
    ['!', 'must be words separated by commas'],
    ['ARRET, un-stop', 'must not contain UNSTOP, with which people opt in again'],
    ['Start', 'must not contain START, with which people opt in again'],
    ['a '.repeat(21), 'must not contain keywords of more than 40 characters'],
  ])('must not be %j', (text, problem) => {
    expect(() => read(text)).toThrow(SettingsError);
    expect(() => read(text)).toThrow(`SMS_OPT_OUT_KEYWORDS: ${problem}`);
  });
});
