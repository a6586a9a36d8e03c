/** So long that it says nothing of how fast the machine is. */
const patienceMs = 120_000

/** Looks again and again until something is so; fails after a while with what was waited for. */
export async function waitFor<T>(what: string, look: () => Promise<T | undefined | false>): Promise<T> {
  const end = performance.now() + patienceMs
  while (performance.now() < end) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`Waited ${patienceMs} ms in vain for ${what}`)
}
