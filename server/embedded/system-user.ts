import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { StartError } from './start-error.ts'

export interface SystemUser {
  uid: number
  gid: number
}

const run = promisify(execFile)

/**
 * The user PostgreSQL runs as when we are root, which it refuses to be. `nobody` comes last: the code sandbox runs as
 * that user, and the database's files should not be readable from there.
 */
export async function findOrCreateDatabaseUser(): Promise<SystemUser> {
  return (
    (await findUser('holdfast')) ??
    (await createUser('holdfast')) ??
    (await findUser('postgres')) ??
    (await findUser('nobody')) ??
    Promise.reject(
      new StartError(
        'The embedded database refuses to run as root and no other user could be made; start Holdfast as a normal user or set DATABASE_URL.',
      ),
    )
  )
}

async function findUser(name: string): Promise<SystemUser | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])])
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
  } catch {
    return undefined // `id` fails for a user that does not exist
  }
}

async function createUser(name: string): Promise<SystemUser | undefined> {
  const commands: [string, string[]][] = [
    [
      'useradd',
      ['--system', '--user-group', '--no-create-home', '--home-dir', '/var/lib/holdfast', '--shell', '/usr/sbin/nologin', name],
    ],
    ['adduser', ['-S', '-D', '-H', '-h', '/var/lib/holdfast', '-s', '/sbin/nologin', name]], // BusyBox
  ]
  for (const [command, args] of commands) {
    try {
      await run(command, args)
      break
    } catch {
      // Not on this system, or another process made the user meanwhile: the look-up below tells.
    }
  }
  return findUser(name)
}
