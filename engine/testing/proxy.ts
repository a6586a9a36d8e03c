import { connect, createServer, type Socket } from 'node:net'

/**
 * The network between one server and the database, as far as we can harm it.
 *
 * `cut`: connections break and none can be made. `stalled`: nothing travels, nothing breaks. `losesAnswers`: the next
 * answer to a write is swallowed and the connection breaks, so whether it was committed is unknown. `losesCommits`: the
 * same of a transaction's commit.
 */
export type NetworkState = 'open' | 'cut' | 'stalled' | 'losesAnswers' | 'losesCommits'

export interface Proxy {
  readonly port: number
  become(state: NetworkState): void
  /** Connections of now carry nothing any more and never break, new ones work: as when a firewall forgets them. */
  swallow(): void
  close(): void
  readonly lostAnswers: number
}

interface Link {
  near: Socket
  far: Socket
  isDead: boolean
  /** What was sent last is a write whose answer has not come yet. */
  hasWriteOpen: boolean
  hasCommitOpen: boolean
}

/** The database's side of a connection that went dead stays open this long after ours has given up. */
const forgottenAfterMs = 20_000

export async function startProxy(databasePort: () => number): Promise<Proxy> {
  const links = new Set<Link>()
  let state: NetworkState = 'open'
  let lostAnswers = 0

  const server = createServer((near) => {
    near.on('error', () => near.destroy())
    if (state === 'cut') return void near.destroy()
    const far = connect(databasePort(), '127.0.0.1')
    near.setNoDelay(true)
    far.setNoDelay(true)
    const link: Link = { near, far, isDead: false, hasWriteOpen: false, hasCommitOpen: false }
    links.add(link)
    const end = () => {
      // A connection nothing travels on does not tell the other side of its end either.
      if (state === 'stalled') return
      links.delete(link)
      if (link.isDead) return void setTimeout(() => far.destroy(), forgottenAfterMs)
      near.destroy()
      far.destroy()
    }
    near.on('close', end)
    far.on('error', end)
    far.on('close', end)
    near.on('data', (chunk) => {
      if (link.isDead) return
      link.hasWriteOpen ||= isWrite(chunk) // a long one comes in several pieces
      link.hasCommitOpen ||= chunk.includes('commit\0')
      if (!far.write(chunk)) near.pause()
    })
    far.on('drain', () => state !== 'stalled' && near.resume())
    far.on('data', (chunk) => {
      if (link.isDead) return
      if ((state === 'losesAnswers' && link.hasWriteOpen) || (state === 'losesCommits' && link.hasCommitOpen)) {
        lostAnswers++
        return end()
      }
      link.hasWriteOpen = false
      link.hasCommitOpen = false
      if (!near.write(chunk)) far.pause()
    })
    near.on('drain', () => state !== 'stalled' && far.resume())
    if (state === 'stalled') hold(link)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('A TCP server has a port')

  function destroyAll(): void {
    for (const link of links) {
      link.near.destroy()
      link.far.destroy()
    }
    links.clear()
  }

  return {
    port: address.port,
    become(next) {
      const before = state
      state = next
      if (next === 'cut') destroyAll()
      for (const link of links) {
        if (link.isDead) continue
        if (next === 'stalled') hold(link)
        else if (before === 'stalled') letGo(link)
      }
    },
    swallow() {
      for (const link of links) link.isDead = true
    },
    close() {
      destroyAll()
      server.close()
    },
    get lostAnswers() {
      return lostAnswers
    },
  }
}

function hold({ near, far }: Link): void {
  near.pause()
  far.pause()
}

function letGo({ near, far }: Link): void {
  // What closed meanwhile is told so now.
  if (near.destroyed || far.destroyed) {
    near.destroy()
    far.destroy()
    return
  }
  near.resume()
  far.resume()
}

/** Writes are single statements and carry their verb in the first lines of the message. */
function isWrite(chunk: Buffer): boolean {
  return /insert into|update engine|delete from|commit_runs/.test(chunk.toString('latin1'))
}
