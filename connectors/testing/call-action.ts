import type { Json } from '#shared/json.ts'
import type { ActionCall, Fetch } from '../define.ts'
import { runAction } from '../index.ts'
import { filesInMemory } from './files-in-memory.ts'

/** Runs an action as the engine does, with an open way out. Gives the output as text and parsed. */
export async function callAction(
  type: string,
  inputText: string,
  given: Partial<ActionCall> = {},
): Promise<{ text: string; output: Json }> {
  const input: { [name: string]: Json } = JSON.parse(inputText)
  const text = await runAction({
    type,
    input,
    inputText,
    idempotencyKey: 'run_1:call',
    attempt: 1,
    signal: new AbortController().signal,
    fetch: openFetch,
    files: filesInMemory(),
    log: () => undefined,
    ...given,
  })
  const output: Json = JSON.parse(text)
  return { text, output }
}

export const openFetch: Fetch = async ({ url, method, headers, body, followRedirects = true, signal }) => {
  const response = await fetch(url, {
    method,
    headers,
    redirect: followRedirects ? 'follow' : 'manual',
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : Buffer.from(body) }),
    ...(signal ? { signal } : {}),
  })
  return {
    url: response.url,
    status: response.status,
    statusText: response.statusText,
    headers: [...response.headers],
    body: new Uint8Array(await response.arrayBuffer()),
  }
}
