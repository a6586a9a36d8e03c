import { Agent, request as httpRequest } from 'node:http'
import type { Random } from './random.ts'
import type { Told } from './told.ts'

export interface Answer {
  /** 0: none came. */
  status: number
  text: string
  /** The body as JSON, empty when it is none. */
  json: { [name: string]: unknown }
}

export interface Ask {
  method?: string
  body?: unknown
  headers?: { [name: string]: string }
  /** Gives up after this; what was asked for may have happened all the same. */
  timeoutMs?: number
}

/** Speaks to whichever server answers, and keeps what it was told. */
export interface Client {
  ask(path: string, ask?: Ask): Promise<Answer>
  /** Asks and writes down what was told. */
  tell(
    about: Pick<Told, 'what' | 'tag' | 'kind'> & { runId?: string | undefined; key?: string | undefined; sent?: string },
    path: string,
    ask?: Ask,
  ): Promise<Answer>
  /** Writes down what was told in another way than by HTTP. */
  note(told: Told): void
  readonly told: readonly Told[]
}

export function createClient(options: { doors: () => string[]; apiKey: string; random: Random }): Client {
  const agent = new Agent({ keepAlive: false })
  const told: Told[] = []

  async function ask(
    path: string,
    { method = 'GET', body, headers = {}, timeoutMs = 15_000 }: Ask = {},
  ): Promise<Answer & { door: string }> {
    const doors = options.doors()
    if (doors.length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 200))
      return { status: 0, text: 'no server is up', json: {}, door: '' }
    }
    const door = options.random.pick(doors)
    const bytes = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body)
    const answer = await new Promise<{ status: number; text: string }>((resolve) => {
      const timer = setTimeout(() => req.destroy(new Error('took too long')), timeoutMs)
      const done = (status: number, text: string) => {
        clearTimeout(timer)
        resolve({ status, text })
      }
      const req = httpRequest(
        door + path,
        {
          method,
          agent,
          headers: {
            // Strangers who call a flow have no key; what they send is kept with the run.
            ...(path.startsWith('/api/') ? { authorization: `Bearer ${options.apiKey}` } : {}),
            ...(bytes === undefined
              ? {}
              : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(bytes)) }),
            ...headers,
          },
        },
        (res) => {
          const chunks: Buffer[] = []
          res.on('data', (chunk: Buffer) => chunks.push(chunk))
          res.on('error', (error) => done(0, error.message))
          res.on('end', () => done(res.complete ? (res.statusCode ?? 0) : 0, Buffer.concat(chunks).toString('utf8')))
        },
      )
      req.on('error', (error) => done(0, error.message))
      req.end(bytes)
    })
    return { ...answer, json: jsonIn(answer.text), door }
  }

  return {
    ask,
    async tell(about, path, how) {
      const sentAt = Date.now()
      const answer = await ask(path, how)
      const named = answer.json['runId'] ?? (about.what === 'start' || about.what === 'replay' ? answer.json['id'] : undefined)
      told.push({
        what: about.what,
        tag: about.tag,
        kind: about.kind,
        status: answer.status,
        sentAt,
        at: Date.now(),
        door: answer.door,
        runId: about.runId ?? (typeof named === 'string' && answer.status < 300 ? named : undefined),
        made: about.what === 'replay' && answer.status === 201 && typeof named === 'string' ? named : undefined,
        key: about.key,
        sent: about.sent ?? '',
        text: answer.text.slice(0, 2000),
      })
      return answer
    },
    note: (one) => void told.push(one),
    told,
  }
}

function jsonIn(text: string): { [name: string]: unknown } {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {} // not every answer is JSON
  }
}
