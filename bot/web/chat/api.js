// The server, as the page sees it. Every message carries its own id, so that sending it again after a
// lost connection can never be answered twice.

export class Refused extends Error {
  constructor(status, message, wait) {
    super(message);
    this.status = status;  // 0: no answer at all
    this.wait = wait;      // milliseconds the server asked for, or 0
  }
}

async function call(method, path, body) {
  let answer;
  try {
    answer = await fetch(path, {
      method,
      credentials: 'same-origin',
      cache: 'no-store',
      headers: body ? {'Content-Type': 'application/json'} : {},
      body: body && JSON.stringify(body),
    });
  } catch {
    throw new Refused(0, 'No connection.', 0);
  }
  const data = answer.status === 204 ? {} : await answer.json().catch(() => ({}));
  if (answer.ok) return data;
  const wait = Number(answer.headers.get('Retry-After') || 0) * 1000;
  throw new Refused(answer.status, data.error?.message || 'Something went wrong here. Nothing is lost.', wait);
}

export const begin = () => call('POST', '/v1/conversation', {
  language: navigator.language, zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
});
export const transcript = (after = 0) => call('GET', `/v1/transcript?after=${after}`);
export const forget = () => call('DELETE', '/v1/me');
export const newId = () => crypto.randomUUID?.() ??
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('');

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// Tries until the server has taken it, or has said that it never will. `waiting` hears of each delay.
export async function send(message, waiting) {
  for (let tries = 0; ; ++tries) {
    try {
      return await call('POST', '/v1/messages', message);
    } catch (refused) {
      const passing = refused.status === 0 || refused.status === 429 || refused.status >= 500;
      if (!passing || tries >= 6) throw refused;
      waiting(refused.message);
      await pause(refused.wait || Math.min(8000, 500 * 2 ** tries));
    }
  }
}

// Turns that happened elsewhere: another tab, or later.
export function follow(after, onTurn) {
  const source = new EventSource(`/v1/events?after=${after}`);
  source.addEventListener('turn', (event) => onTurn(JSON.parse(event.data)));
  return source;
}
