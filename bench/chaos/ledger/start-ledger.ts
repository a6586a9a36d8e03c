import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Reaper } from '../reaper.ts'
import type { LedgerCall } from './ledger-call.ts'

export interface Ledger {
  readonly url: string
  /** Every call so far. */
  calls(): Promise<LedgerCall[]>
  /** Calls to addresses that begin like this. */
  callsTo(prefix: string): Promise<LedgerCall[]>
  /** Puts an item into one of its lists. */
  putInList(name: string, item: object): Promise<void>
  stop(): void
}

export async function startLedger(file: string, reaper: Reaper): Promise<Ledger> {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url))
  const child = spawn(process.execPath, [main, file], { stdio: ['ignore', 'pipe', 'inherit'] })
  reaper.watch(child.pid)
  const port = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (line: Buffer) => resolve(line.toString().trim()))
    child.once('exit', (code) => reject(new Error(`The ledger ended with ${code}`)))
  })
  const url = `http://127.0.0.1:${port}`
  const known: LedgerCall[] = []

  async function catchUp(): Promise<LedgerCall[]> {
    const reply = await fetch(`${url}/calls?after=${known.length}`)
    const fresh = (await reply.json()) as LedgerCall[]
    for (const call of fresh) if (call.n === known.length) known.push(call)
    return known
  }

  return {
    url,
    async calls() {
      // Whether a call was answered is settled after it was first read.
      known.length = 0
      return [...(await catchUp())]
    },
    callsTo: async (prefix) => (await catchUp()).filter((call) => call.path.startsWith(prefix)),
    async putInList(name, item) {
      const reply = await fetch(`${url}/list/${name}`, { method: 'POST', body: JSON.stringify(item) })
      if (!reply.ok) throw new Error(`The ledger answered ${reply.status}`)
    },
    stop() {
      reaper.release(child.pid)
      child.kill('SIGKILL')
    },
  }
}
