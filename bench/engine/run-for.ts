export interface Pace {
  runs: number
  seconds: number
}

/** Does one thing over and over for so long, so many at once. */
export async function runFor(one: () => Promise<unknown>, concurrent: number, seconds: number): Promise<Pace> {
  let runs = 0
  const began = performance.now()
  const until = began + seconds * 1000
  await Promise.all(
    Array.from({ length: concurrent }, async () => {
      while (performance.now() < until) {
        await one()
        runs += 1
      }
    }),
  )
  return { runs, seconds: (performance.now() - began) / 1000 }
}
