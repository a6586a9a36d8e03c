/** So long that it says nothing of how fast the machine is. */
const patienceMs = 120_000
const everyMs = 10

/** Looks again and again until there is something; fails after a while with what was waited for. */
export async function waitFor<T>(what: string, look: () => Promise<T | undefined | false> | T | undefined | false): Promise<T> {
  const end = performance.now() + patienceMs
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (performance.now() > end) throw new Error(`Waited ${patienceMs} ms in vain for ${what}`)
    await new Promise((resolve) => {
      setTimeout(resolve, everyMs)
    })
  }
}
