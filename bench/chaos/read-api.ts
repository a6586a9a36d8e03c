import type { RunRow } from './checker/evidence.ts'
import type { Client } from './client.ts'
import type { Random } from './random.ts'

const readAtMost = 60

/** The ids in the lists of finished runs, page by page. */
export async function listRuns(client: Client): Promise<{ [status: string]: string[] }> {
  const listed: { [status: string]: string[] } = {}
  for (const status of ['succeeded', 'failed', 'cancelled']) {
    const ids: string[] = []
    let cursor: string | undefined
    do {
      const answer = await client.ask(`/api/v1/runs?status=${status}&limit=200${cursor === undefined ? '' : `&cursor=${cursor}`}`)
      if (answer.status !== 200) throw new Error(`The list of ${status} runs was answered ${answer.status}: ${answer.text}`)
      const page = answer.json as { items: { id: string }[]; nextCursor: string | null }
      ids.push(...page.items.map((item) => item.id))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    listed[status] = ids
  }
  return listed
}

/** Some finished runs as the API gives them, to the letter. */
export async function readSome(
  client: Client,
  random: Random,
  runs: readonly RunRow[],
): Promise<{ runId: string; text: string }[]> {
  const finished = runs.filter((run) => run.finishedAt !== null && run.outputSeq !== null)
  const reads: { runId: string; text: string }[] = []
  for (let n = 0; n < Math.min(readAtMost, finished.length); n++) {
    const runId = random.pick(finished).id
    const answer = await client.ask(`/api/v1/runs/${runId}`)
    if (answer.status === 200) reads.push({ runId, text: answer.text })
  }
  return reads
}

/** Asks for what is in one workspace with the key of another. */
export async function askAsStranger(
  client: Client,
  key: string,
  runs: readonly RunRow[],
): Promise<{ path: string; status: number; text: string }[]> {
  const [run] = runs
  if (!run) return []
  const headers = { authorization: `Bearer ${key}` }
  const questions: [method: string, path: string][] = [
    ['GET', '/api/v1/runs?limit=200'],
    ['GET', '/api/v1/flows?limit=200'],
    ['GET', `/api/v1/runs?flowId=${run.flowId}`],
    ['GET', `/api/v1/runs/${run.id}`],
    ['GET', `/api/v1/runs/${run.id}/steps`],
    ['GET', `/api/v1/runs/${run.id}/logs`],
    ['POST', `/api/v1/runs/${run.id}/cancel`],
    ['POST', `/api/v1/runs/${run.id}/retry`],
    ['GET', `/api/v1/flows/${run.flowId}`],
    ['POST', `/api/v1/flows/${run.flowId}/runs`],
  ]
  const told: { path: string; status: number; text: string }[] = []
  for (const [method, path] of questions) {
    const { status, text } = await client.ask(path, { method, headers, ...(method === 'POST' ? { body: {} } : {}) })
    told.push({ path, status, text })
  }
  return told
}
