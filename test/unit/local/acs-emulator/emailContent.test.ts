import { describe, expect, test } from 'vitest';
import { type Rig, rigForTest, SEND_EMAIL } from './harness.ts';

/** A PNG of one pixel. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const base64 = (text: string) => Buffer.from(text).toString('base64');

async function send(rig: Rig, changes: Record<string, unknown> = {}): Promise<string> {
  const body = {
    senderAddress: 'News@contoso.example',
    content: { subject: 'Hello', plainText: 'Plain', html: '<p>Rich</p>' },
    recipients: { to: [{ address: 'to@contoso.example', displayName: 'Tö' }] },
    ...changes,
  };
  const answer = await rig.call('POST', SEND_EMAIL, { body });
  expect(answer.status).toBe(202);
  return answer.body.id;
}

async function get(rig: Rig, id: string, part: string) {
  const response = await fetch(`${rig.emulator.url}/_emulator/items/email/${id}/${part}`);
  return { status: response.status, headers: response.headers, text: await response.text() };
}

async function htmlOf(html: string, attachments: readonly object[] = []) {
  const rig = await rigForTest();
  return get(rig, await send(rig, { content: { subject: 'S', html }, attachments }), 'html');
}

describe('the HTML of a message', () => {
  test('may run, load and send nothing', async () => {
    const { status, headers } = await htmlOf('<p>Hello</p>');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    const policy = new Map(
      (headers.get('content-security-policy') ?? '').split('; ').map((it) => {
        const [name = '', ...values] = it.split(' ');
        return [name, values] as const;
      }),
    );
    expect(policy.get('default-src')).toEqual(["'none'"]);
    expect(policy.get('img-src')).toEqual(['data:']);
    expect(policy.get('form-action')).toEqual(["'none'"]);
    expect(policy.get('base-uri')).toEqual(["'none'"]);
    const sandbox = policy.get('sandbox');
    expect(sandbox).toBeDefined();
    for (const right of ['allow-scripts', 'allow-same-origin', 'allow-forms', 'allow-top-navigation']) {
      expect(sandbox).not.toContain(right);
    }
    expect([...policy.keys()]).not.toContain('script-src');
  });

  test.each([
    ['<p>Hello &amp; welcome</p>', '<p>Hello &amp; welcome</p>'],
    ['a<meta http-equiv="refresh" content="0;url=https://evil.example/">b', 'ab'],
    ['a<META\nhttp-equiv=refresh content=">"/>b', 'ab'],
    ['a<base href="https://evil.example/">b', 'ab'],
    ['a<link rel="dns-prefetch" href="//evil.example"><link rel=stylesheet href=x>b', 'ab'],
    ['a<link rel="dns-prefetch" href="//evil.example"', 'a'],
    [
      '<a href="https://x.example/" target="_self">x</a>',
      '<a target="_blank" rel="noopener noreferrer" href="https://x.example/" target="_self">x</a>',
    ],
    ['<!-- <link> --><b title="<link>">c</b>', '<!-- <link> --><b title="<link>">c</b>'],
  ])('%j becomes %j', async (html, expected) => {
    expect((await htmlOf(html)).text).toBe(expected);
  });

  test('has its inline images in it', async () => {
    const logo = { name: 'logo.png', contentType: 'image/png', contentInBase64: PNG, contentId: 'logo@1' };
    const svg = { name: 'x.svg', contentType: 'image/svg+xml', contentInBase64: base64('<svg/>'), contentId: 'svg' };
    const html =
      '<style>p { background: url(cid:logo@1) }</style><img src="cid:logo@1"><img src=\'CID:logo%401\'>' +
      '<p style="background:url(&quot;cid:logo@1&quot;)">cid:logo@1</p><img src="cid:svg"><img src="cid:other">';
    const data = `data:image/png;base64,${PNG}`;
    expect((await htmlOf(html, [logo, svg])).text).toBe(
      `<style>p { background: url(${data}) }</style><img src="${data}"><img src='${data}'>` +
        `<p style="background:url(&quot;${data}&quot;)">cid:logo@1</p><img src="cid:svg"><img src="cid:other">`,
    );
  });

  test('an image that is used too often is left out', async () => {
    const contentInBase64 = base64('x'.repeat(3_000_000));
    const image = { name: 'a.png', contentType: 'image/png', contentInBase64, contentId: 'a' };
    const { text } = await htmlOf('<img src="cid:a">'.repeat(100), [image]);
    expect(text.length).toBeLessThan(40_000_000);
    expect(text).toContain('<img src="cid:a">');
  });

  test('of a message without HTML is not found', async () => {
    const rig = await rigForTest();
    const id = await send(rig, { content: { subject: 'S', plainText: 'T' } });
    expect((await get(rig, id, 'html')).status).toBe(404);
    expect((await get(rig, 'unknown', 'html')).status).toBe(404);
  });
});

describe('an attachment', () => {
  test.each([
    ['report.pdf', 'application/pdf', 'application/octet-stream'],
    ['data.csv', 'text/csv; charset=utf-8', 'text/csv'],
    ['page.html', 'text/html', 'application/octet-stream'],
    ['page.xhtml', 'application/xhtml+xml', 'application/octet-stream'],
    ['image.svg', 'image/svg+xml', 'application/octet-stream'],
    ['code.js', 'text/javascript', 'application/octet-stream'],
  ])('%s of the type %s is a download of the type %s', async (name, contentType, served) => {
    const rig = await rigForTest();
    const attachments = [{ name, contentType, contentInBase64: base64('content'), contentId: 'c' }];
    const id = await send(rig, { attachments });
    for (const part of ['attachments/0', 'inline/c']) {
      const { status, headers, text } = await get(rig, id, part);
      expect([status, text]).toEqual([200, 'content']);
      expect(headers.get('content-type')).toBe(served);
      expect(headers.get('content-disposition')).toBe(`attachment; filename="${name}"; filename*=UTF-8''${name}`);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    }
  });

  test('is shown inline if it is an image and its content id is asked for', async () => {
    const rig = await rigForTest();
    const id = await send(rig, {
      attachments: [{ name: 'a.png', contentType: 'image/png', contentInBase64: PNG, contentId: 'a/b@c' }],
    });
    const inline = await get(rig, id, 'inline/a%2Fb%40c');
    expect(inline.headers.get('content-type')).toBe('image/png');
    expect(inline.headers.get('content-disposition')).toMatch(/^inline; /);
    expect((await get(rig, id, 'attachments/0')).headers.get('content-disposition')).toMatch(/^attachment; /);
  });

  // https://www.rfc-editor.org/rfc/rfc6266#section-5 and https://www.rfc-editor.org/rfc/rfc8187#section-3.2.3
  test.each([
    ['€ rates.txt', `filename="_ rates.txt"; filename*=UTF-8''%E2%82%AC%20rates.txt`],
    ['../../etc/passwd', `filename="_.._etc_passwd"; filename*=UTF-8''_.._etc_passwd`],
    ['a"\r\nset-cookie: x=1', `filename="a___set-cookie_ x=1"; filename*=UTF-8''a___set-cookie_%20x%3D1`],
    ['invoice\u202efdp.exe', `filename="invoice_fdp.exe"; filename*=UTF-8''invoice_fdp.exe`],
    ['\ud800.txt', `filename="_.txt"; filename*=UTF-8''%EF%BF%BD.txt`],
    [`${'x'.repeat(5000)}.pdf`, `filename="${'x'.repeat(150)}.pdf"; filename*=UTF-8''${'x'.repeat(150)}.pdf`],
    ["50%'s.txt", `filename="50_'s.txt"; filename*=UTF-8''50%25%27s.txt`],
  ])('%j has the parameters %s', async (name, parameters) => {
    const rig = await rigForTest();
    const id = await send(rig, { attachments: [{ name, contentType: 'text/plain', contentInBase64: base64('x') }] });
    expect((await get(rig, id, 'attachments/0')).headers.get('content-disposition')).toBe(`attachment; ${parameters}`);
  });

  test.each(['attachments/1', 'inline/unknown'])('%s is not found', async (part) => {
    const rig = await rigForTest();
    expect((await get(rig, await send(rig), part)).status).toBe(404);
  });
});

describe('the source of a message', () => {
  test('is what the recipients receive', async () => {
    const rig = await rigForTest();
    const id = await send(rig, {
      recipients: {
        to: [{ address: 'to@contoso.example', displayName: 'Anna, B.' }],
        cc: [{ address: 'cc@contoso.example' }],
        bcc: [{ address: 'hidden@contoso.example' }],
      },
      replyTo: [{ address: 'reply@contoso.example' }],
      headers: { 'X-Campaign': 'spring' },
      attachments: [{ name: 'a.txt', contentType: 'text/plain', contentInBase64: base64('attached') }],
    });
    const { headers, text } = await get(rig, id, 'source');
    expect(headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(text).toContain('From: News@contoso.example\r\n');
    expect(text).toContain('To: "Anna, B." <to@contoso.example>\r\n');
    expect(text).toContain('Cc: cc@contoso.example\r\n');
    expect(text).toContain('Reply-To: reply@contoso.example\r\n');
    expect(text).toContain('Subject: Hello\r\n');
    expect(text).toContain('Date: Thu, 15 Jan 2026 08:30:00 +0000\r\n');
    expect(text).toContain(`Message-ID: <${id}@contoso.example>\r\n`);
    expect(text).toContain('X-Campaign: spring\r\n');
    expect(text).toContain('<p>Rich</p>');
    expect(text).toContain(base64('attached'));
    expect(text).not.toContain('hidden@contoso.example');
    expect((await get(rig, id, 'source')).text).toBe(text);
  });

  test('has no header that a value smuggles in', async () => {
    const rig = await rigForTest();
    const id = await send(rig, {
      content: { subject: 'a\r\nX-Evil: 1', plainText: 'T' },
      recipients: { to: [{ address: 'to@contoso.example', displayName: 'B\r\nX-Evil: 2' }] },
      headers: {
        'X-Good': 'c\r\nX-Evil: 3',
        'X-Bad\r\nX-Evil': '4',
        Bcc: 'hidden@contoso.example',
        From: 'e@evil.example',
      },
      attachments: [
        {
          name: 'd\r\nX-Evil: 5',
          contentType: 'text/plain',
          contentInBase64: base64('x'),
          contentId: 'e\r\nX-Evil: 6',
        },
      ],
    });
    const { text } = await get(rig, id, 'source');
    expect(text).not.toMatch(/^X-Evil/im);
    expect(text).not.toMatch(/^Bcc/im);
    expect(text.match(/^From:.*$/gim)).toEqual(['From: News@contoso.example']);
  });
});
