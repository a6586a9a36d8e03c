/** Looks again and again until something is so; fails after a while with what was waited for. */
export async function waitFor<T>(what: string, look: () => Promise<T | undefined | false>, timeoutMs = 20_000): Promise<T> {
  const end = performance.now() + timeoutMs
  while (performance.now() < end) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`Waited ${timeoutMs} ms in vain for ${what}`)
}
