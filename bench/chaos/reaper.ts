import { spawn } from 'node:child_process'

/** Sees to it that nothing outlives the chaos, whatever ends it. */
export interface Reaper {
  watch(pid: number | undefined): void
  release(pid: number | undefined): void
  close(): void
}

const script = `live=" "
while read sign pid; do
  case $sign in
    +) live="$live$pid " ;;
    -) live=$(printf %s "$live" | sed "s/ $pid / /") ;;
    .) exit 0 ;;
  esac
done
kill -CONT $live 2>/dev/null; kill -9 $live 2>/dev/null; sleep 1; rm -rf "$1"`

/** A shell of its own waits for the end of a pipe to close, which our death closes too, kills what is left and clears up. */
export function startReaper(folder: string): Reaper {
  const shell = spawn('sh', ['-c', script, 'sh', folder], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
  shell.unref()
  shell.stdin.on('error', () => undefined) // it is gone: then nothing is watched any more
  return {
    watch: (pid) => void (pid && shell.stdin.write(`+ ${pid}\n`)),
    release: (pid) => void (pid && shell.stdin.write(`- ${pid}\n`)),
    close: () => void shell.stdin.end('.\n'),
  }
}
