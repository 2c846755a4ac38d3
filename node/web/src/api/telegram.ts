// An export of Telegram Desktop: handed to the node, read there line by line, taken in by the routes of any import.
import { call, failureOf, failed } from './client';
import type { ImportChat, ImportFile, ImportMessage, TelegramExport, TelegramLine } from './types';

/** A large export is read from the node's disk, and perhaps a slow one. */
const READ_MS = 30 * 60_000;

async function asked(path: string, init: RequestInit): Promise<Response> {
  const response = await fetch(path, init).catch((error: unknown) => {
    throw init.signal?.aborted ? error : failed();
  });
  if (!response.ok) throw await failureOf(response);
  return response;
}

export const telegram = {
  handOver: async (json: Blob, signal: AbortSignal): Promise<void> => {
    await asked('/api/imports/telegram', { method: 'PUT', body: json, headers: { 'content-type': 'application/json' }, signal });
  },
  look: (me: string | undefined) => {
    const query = me === undefined ? '' : `?${new URLSearchParams({ me })}`;
    return call<TelegramExport>('GET', `/api/imports/telegram${query}`, undefined, READ_MS);
  },
  forget: () => call<void>('DELETE', '/api/imports/telegram'),
  /** As fast as they are taken. */
  lines: async function* lines(chats: readonly string[], signal: AbortSignal): AsyncGenerator<TelegramLine> {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ chats }), signal };
    const { body } = await asked('/api/imports/telegram/lines', init);
    const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    while (reader) {
      const { done, value } = await reader.read();
      if (done) break;
      const all = (rest + value).split('\n');
      rest = all.pop() ?? '';
      for (const line of all) yield JSON.parse(line) as TelegramLine;
    }
  },
  begin: (chat: ImportChat) => call<{ chat: string }>('POST', '/api/imports', chat),
  messages: (chat: string, messages: ImportMessage[]) => call<{ ids: string[] }>('POST', `/api/imports/${chat}/messages`, { messages }),
  /** A file that is there already; undefined if it is not. */
  known: (chat: string, source: string) =>
    call<{ file: string }>('GET', `/api/imports/${chat}/files?${new URLSearchParams({ source })}`).then(({ file }) => file, () => undefined),
  keep: async (chat: string, what: ImportFile, file: Blob, signal: AbortSignal): Promise<string> => {
    const query = new URLSearchParams(Object.entries(what).map(([key, value]) => [key, String(value)]));
    const init = { method: 'POST', body: file, headers: { 'content-type': 'application/octet-stream' }, signal };
    const response = await asked(`/api/imports/${chat}/files?${query}`, init);
    return ((await response.json()) as { file: string }).file;
  },
};
